"""FastAPI's `fastapi.responses`."""

from ..engine.ground.responses import (
    EventSourceResponse as EventSourceResponse,
    FileResponse as FileResponse,
    HTMLResponse as HTMLResponse,
    JSONResponse as JSONResponse,
    ORJSONResponse as ORJSONResponse,
    PlainTextResponse as PlainTextResponse,
    RedirectResponse as RedirectResponse,
    Response as Response,
    StreamingResponse as StreamingResponse,
    UJSONResponse as UJSONResponse,
)
