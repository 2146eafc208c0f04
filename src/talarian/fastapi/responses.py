"""FastAPI's `fastapi.responses`."""

from ..engine.ground.responses import (
    EventSourceResponse,
    FileResponse,
    HTMLResponse,
    JSONResponse,
    ORJSONResponse,  # pyright: ignore[reportDeprecated] - deprecated, and still its name
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
    UJSONResponse,  # pyright: ignore[reportDeprecated] - deprecated, and still its name
)
from ._passing import offer_passing_names

__all__ = [
    "EventSourceResponse",
    "FileResponse",
    "HTMLResponse",
    "JSONResponse",
    "ORJSONResponse",
    "PlainTextResponse",
    "RedirectResponse",
    "Response",
    "StreamingResponse",
    "UJSONResponse",
]

offer_passing_names(__name__)
