"""The response classes an endpoint may return or be declared with."""

from importlib import import_module
from types import ModuleType
from typing import Any

from starlette.responses import (
    FileResponse,
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from typing_extensions import deprecated

from .errors import TalarianDeprecationWarning
from .sse import EventSourceResponse

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


def _optional(name: str) -> ModuleType | None:
    try:
        return import_module(name)
    except ModuleNotFoundError:
        return None


orjson: Any = _optional("orjson")
ujson: Any = _optional("ujson")


@deprecated(
    "ORJSONResponse is deprecated: with a return type or a response model, data is serialized "
    "to JSON bytes by pydantic, which is faster and needs no response class of its own. "
    "See https://fastapi.tiangolo.com/advanced/custom-response/#orjson-or-response-model",
    category=TalarianDeprecationWarning,
    stacklevel=2,
)
class ORJSONResponse(JSONResponse):
    """JSON written by orjson, which must be installed; keys may be other than strings."""

    def render(self, content: Any) -> bytes:
        assert orjson is not None, "orjson must be installed to use ORJSONResponse"
        options = orjson.OPT_NON_STR_KEYS | orjson.OPT_SERIALIZE_NUMPY
        encoded: bytes = orjson.dumps(content, option=options)
        return encoded


@deprecated(
    "UJSONResponse is deprecated: with a return type or a response model, data is serialized "
    "to JSON bytes by pydantic, which is faster and needs no response class of its own. "
    "See https://fastapi.tiangolo.com/tutorial/response-model/",
    category=TalarianDeprecationWarning,
    stacklevel=2,
)
class UJSONResponse(JSONResponse):
    """JSON written by ujson, which must be installed."""

    def render(self, content: Any) -> bytes:
        assert ujson is not None, "ujson must be installed to use UJSONResponse"
        encoded: str = ujson.dumps(content, ensure_ascii=False)
        return encoded.encode()
