"""Endpoints of every kind that middleware may have to do with."""

from typing import Any

from talarian.engine.app.application import Talarian

from . import answers, lasting
from .log import SEEN, log
from .registered import ENDPOINTS

__all__ = ["ENDPOINTS", "add_to", "answers", "lasting"]

FOR_EVER = frozenset({"waits", "waits_after_dependency"})
"""Those that never answer: whoever asks has to give up."""
STREAMS = frozenset(
    {"stream", "slow_stream", "blocking_stream", "endless_stream", "failing_stream"}
    | {"streams_with_resource"}
)
ENDLESS_STREAMS = frozenset({"endless_stream"})
"""Those that end when the client goes."""


def add_to(app: Talarian, name: str) -> None:
    """Serve one of the endpoints at `/`, and two others beside it for requests that are moved."""
    app.api_route("/", methods=["GET", "POST", "OPTIONS"])(ENDPOINTS[name])
    app.get("/other/{number}")(other)
    app.put("/")(replaced)


async def other(number: int, q: str = "") -> dict[str, Any]:
    log.note("other", number, q, SEEN.get(()))
    return {"other": number}


async def replaced() -> dict[str, str]:
    log.note("replaced")
    return {"replaced": "yes"}
