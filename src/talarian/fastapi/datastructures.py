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
from ._passing import offer_passing_names

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

offer_passing_names(__name__)
