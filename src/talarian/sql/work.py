"""What a session is for, and what has happened in it."""

from collections import Counter
from typing import Any

from starlette.requests import HTTPConnection

INFO = "talarian_work"
"""The key of a session's `info` under which its work is."""


class Work:
    """One unit of work: what begins and ends with one session.

    Args:
        what: A text, or the request whose route says what it is.
    """

    __slots__ = ("_what", "queries")

    def __init__(self, what: str | HTTPConnection) -> None:
        self._what = what
        self.queries: Counter[Any] = Counter()
        """How often each query was sent from each place."""

    def __str__(self) -> str:
        if isinstance(self._what, str):
            return self._what
        scope = self._what.scope
        path = getattr(scope.get("route"), "path", None) or scope.get("path", "")
        return f"{scope.get('method', scope['type'])} {path}"
