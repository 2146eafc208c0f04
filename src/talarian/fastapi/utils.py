"""FastAPI's `fastapi.utils`."""

from ..engine.declare.naming import (
    generate_unique_id as generate_unique_id,
)
from ..engine.ground.sentinels import (
    resolve_default as get_value_or_default,
)
from ..engine.ground.status import (
    is_body_allowed as is_body_allowed_for_status_code,
)
