"""Talarian: FastAPI's programming model on a faster engine."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

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

# Where each public name lives. It is imported when it is first asked for, so that `talarian
# --help` and other commands do not pay for the engine.
_HOMES = {
    "Talarian": ".application",
    "Router": ".engine.app.router",
    "Route": ".engine.app.route",
    **dict.fromkeys(
        (
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
        ".engine.declare.param_functions",
    ),
    "UploadFile": ".engine.fields.upload",
    "BackgroundTasks": ".engine.ground.background",
    **dict.fromkeys(("HTTPException", "WebSocketException"), ".engine.ground.errors"),
    "Request": "starlette.requests",
    "Response": "starlette.responses",
    **dict.fromkeys(("WebSocket", "WebSocketDisconnect"), "starlette.websockets"),
}

__all__ = [*_HOMES, "__version__", "status"]


def __getattr__(name: str) -> Any:
    if name == "status":
        return import_module("starlette.status")
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(home, __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
