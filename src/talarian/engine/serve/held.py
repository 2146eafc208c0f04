"""Responses that are all there before anybody has sent them."""

from collections.abc import AsyncIterable, AsyncIterator
from typing import Any

from starlette.background import BackgroundTask
from starlette.datastructures import MutableHeaders
from starlette.middleware.base import _StreamingResponse
from starlette.responses import Response

from ..compile.turn import Answer
from .later import later

RawHeaders = list[tuple[bytes, bytes]]

JSON = (b"content-type", b"application/json")


class HeldResponse(_StreamingResponse):
    """A whole response, as `call_next` of a `BaseHTTPMiddleware` gives it.

    Users may read or replace its `body_iterator`, as Starlette's; hardly any does, so it is made
    when it is asked for.
    """

    info = None
    media_type = None
    body_iterator = later[AsyncIterable[Any]](lambda self: _piece(self.held))
    comes_in_pieces = False
    """Whether it is sent as one piece and an empty end, as `_StreamingResponse` does it."""

    def __init__(self, status_code: int, raw_headers: RawHeaders, held: bytes) -> None:
        self.status_code = status_code
        self.raw_headers = raw_headers
        self.held = held
        self.background: BackgroundTask | None = None

    @property
    def headers(self) -> MutableHeaders:
        known: MutableHeaders | None = self.__dict__.get("_headers")
        if known is None:
            known = self._headers = _QuickHeaders(self.raw_headers)
        return known

    def is_untouched(self) -> bool:
        """Whether it will be sent without waiting for anything but the client."""
        return "body_iterator" not in self.__dict__ and self.background is None


class _QuickHeaders(MutableHeaders):
    """Starlette's, which compare and count a lot when one is set; most often it is a new one."""

    def __init__(self, raw: RawHeaders) -> None:
        self._list = raw

    def __setitem__(self, key: str, value: str) -> None:
        name = key.lower().encode("latin-1")
        for known, _ in self._list:
            if known == name:
                super().__setitem__(key, value)
                return
        self._list.append((name, value.encode("latin-1")))


async def _piece(body: bytes) -> AsyncIterator[bytes]:
    if body:
        yield body


def held(answer: Answer, status: int = 200) -> HeldResponse | None:
    """Return an answer as a response that middleware may change, or `None` if there is none.

    Args:
        answer: What an endpoint or a middleware function has given.
        status: The status of an answer that is JSON text.
    """
    if isinstance(answer, bytes):
        return HeldResponse(status, [(b"content-length", b"%d" % len(answer)), JSON], answer)
    if type(answer) is HeldResponse:
        if not answer.is_untouched():
            return None
        answer.comes_in_pieces = True
        answer.__dict__.pop("_headers", None)  # the next one to look has a response of its own
        return answer
    if not is_whole(answer):
        return None
    body = answer.body
    return HeldResponse(
        answer.status_code, list(answer.raw_headers), body if type(body) is bytes else bytes(body)
    )


def is_whole(response: Response) -> bool:
    """Whether a response is sent in one piece, as `Response` does it."""
    return type(response).__call__ is Response.__call__
