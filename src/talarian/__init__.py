"""Talarian: FastAPI's programming model on a faster engine."""

from .engine.ground.lazy import lazy_names

__version__ = "0.1.0"

TYPE_CHECKING = False  # `typing` is not imported for this alone.
if TYPE_CHECKING:
    from starlette import status as status
    from starlette.requests import Request as Request
    from starlette.responses import Response as Response
    from starlette.websockets import (
        WebSocket as WebSocket,
        WebSocketDisconnect as WebSocketDisconnect,
    )

    from .application import Talarian as Talarian
    from .engine.app.route import Route as Route
    from .engine.app.router import Router as Router
    from .engine.declare.param_functions import (
        Body as Body,
        Cookie as Cookie,
        Depends as Depends,
        File as File,
        Form as Form,
        Header as Header,
        Path as Path,
        Query as Query,
        Security as Security,
    )
    from .engine.fields.upload import UploadFile as UploadFile
    from .engine.ground.background import BackgroundTasks as BackgroundTasks
    from .engine.ground.errors import (
        HTTPException as HTTPException,
        WebSocketException as WebSocketException,
    )

__all__ = [
    "BackgroundTasks",
    "Body",
    "Cookie",
    "Depends",
    "File",
    "Form",
    "HTTPException",
    "Header",
    "Path",
    "Query",
    "Request",
    "Response",
    "Route",
    "Router",
    "Security",
    "Talarian",
    "UploadFile",
    "WebSocket",
    "WebSocketDisconnect",
    "WebSocketException",
    "__version__",
    "status",
]


# Where the public names live. They are imported when they are first asked for, so that `talarian
# --help` and other commands do not pay for the engine.
__getattr__ = lazy_names(
    __name__,
    globals(),
    {
        ".application": ("Talarian",),
        ".engine.app.route": ("Route",),
        ".engine.app.router": ("Router",),
        ".engine.declare.param_functions": (
            "Body",
            "Cookie",
            "Depends",
            "File",
            "Form",
            "Header",
            "Path",
            "Query",
            "Security",
        ),
        ".engine.fields.upload": ("UploadFile",),
        ".engine.ground.background": ("BackgroundTasks",),
        ".engine.ground.errors": ("HTTPException", "WebSocketException"),
        "starlette": ("status",),
        "starlette.requests": ("Request",),
        "starlette.responses": ("Response",),
        "starlette.websockets": ("WebSocket", "WebSocketDisconnect"),
    },
)


def __dir__() -> list[str]:
    return sorted(__all__)
