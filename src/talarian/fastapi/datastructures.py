"""FastAPI's `fastapi.datastructures`."""

from starlette.datastructures import (
    URL,
    Address,
    FormData,
    Headers,
    QueryParams,
    State,
)

from ..engine.fields.upload import (
    UploadFile,
)
from ..engine.ground.sentinels import (
    UNSET as _Unset,
    Default,
    DefaultPlaceholder,
)

__all__ = [
    "URL",
    "Address",
    "Default",
    "DefaultPlaceholder",
    "FormData",
    "Headers",
    "QueryParams",
    "State",
    "UploadFile",
    "_Unset",
]
