"""FastAPI's `fastapi.datastructures`."""

from starlette.datastructures import (
    URL as URL,
    Address as Address,
    FormData as FormData,
    Headers as Headers,
    QueryParams as QueryParams,
    State as State,
)

from ..engine.fields.upload import (
    UploadFile as UploadFile,
)
from ..engine.ground.sentinels import (
    UNSET as _Unset,
    Default as Default,
    DefaultPlaceholder as DefaultPlaceholder,
)
