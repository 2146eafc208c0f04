from collections.abc import Awaitable, Callable
from typing import Any

import anyio
import pytest
from starlette.requests import HTTPConnection


@pytest.fixture
def ask() -> Callable[..., Any]:
    """What a scheme makes of a request with these headers and this query string."""

    def ask(
        scheme: Callable[[HTTPConnection], Awaitable[Any]],
        headers: dict[str, str] | None = None,
        query: str = "",
    ) -> Any:
        scope = {
            "type": "http",
            "headers": [
                (name.lower().encode(), value.encode("latin-1"))
                for name, value in (headers or {}).items()
            ],
            "query_string": query.encode(),
        }
        return anyio.run(scheme, HTTPConnection(scope))

    return ask
