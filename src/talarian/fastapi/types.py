"""FastAPI's `fastapi.types`."""

from types import UnionType as UnionType

from pydantic.main import (
    IncEx as IncEx,
)

from ..compat.models import (
    ModelNameMap as ModelNameMap,
)
from ..engine.analyse.plan import (
    CacheKey as DependencyCacheKey,
)
from ..engine.app.verbs import (
    Endpoint as DecoratedCallable,
)
