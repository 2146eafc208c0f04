"""Functions under `@app.middleware("http")`, put together of steps."""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import Response

from .endpoints import ENDLESS_STREAMS, FOR_EVER, STREAMS
from .steps import AFTER, BEFORE, CALLS, READING_ALL, Running

PATIENCE = 10.0
"""Seconds; nothing takes that long unless it takes for ever."""

IMPATIENCE = 0.01


@dataclass(frozen=True)
class Program:
    """One middleware: what it does before, around and after `call_next`."""

    before: tuple[str, ...] = ()
    calls: str = "once"
    after: tuple[str, ...] = ()
    is_class: bool = False
    patience: float = field(default=PATIENCE, repr=False)

    def dispatch(self, name: str) -> Any:
        """The function for `@app.middleware("http")`."""

        async def dispatch(request: Request, call_next: RequestResponseEndpoint) -> Response:
            run = Running(name, request, call_next, self.patience)
            run.note("begins")
            for step in self.before:
                await BEFORE[step](run)
            await CALLS[self.calls](run)
            for step in self.after:
                await AFTER[step](run)
            run.note("ends")
            return run.response  # type: ignore[no-any-return]

        return dispatch

    def subclass(self, name: str) -> Any:
        """The same as a class."""
        function = self.dispatch(name)

        class Custom(BaseHTTPMiddleware):
            async def dispatch(
                self, request: Request, call_next: RequestResponseEndpoint
            ) -> Response:
                return await function(request, call_next)  # type: ignore[no-any-return]

        return Custom


def programs(endpoint: str) -> st.SearchStrategy[Program]:
    """Middleware around one of the endpoints."""
    calls, after = set(CALLS), set(AFTER)
    if endpoint in STREAMS:
        # While a stream is sent, Starlette itself reads, so as to notice that the client has gone.
        # Who gets what is a matter of luck.
        after.remove("read_body_late")
    if endpoint in ENDLESS_STREAMS:
        calls, after = calls - READING_ALL, after - READING_ALL
    return st.builds(
        Program,
        before=st.lists(st.sampled_from(sorted(BEFORE)), max_size=2).map(tuple),
        calls=st.sampled_from(["once"] * len(calls) + sorted(calls)),
        after=st.lists(st.sampled_from(sorted(after)), max_size=3).map(tuple),
        is_class=st.booleans(),
        patience=st.just(IMPATIENCE if endpoint in FOR_EVER else PATIENCE),
    )
