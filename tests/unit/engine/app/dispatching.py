"""Asking an application, and seeing which way the request took."""

from typing import Any

import anyio
import pytest
from starlette.types import Receive, Scope, Send

from talarian.engine.app.application import Talarian
from talarian.engine.app.dispatch import Target
from tests.unit.engine.serve.asking import Told, ask, http_scope

calls: list[Any] = []
"""What was called for the last request; tests write into it, too."""


def get(app: Any, target: str = "/", method: str = "GET", **options: Any) -> Told:
    """Ask an application; `calls` has "straight" if the request took the straight way."""
    calls.clear()
    serve = Target.serve

    async def watching(self: Target, scope: Scope, receive: Receive, send: Send) -> None:
        calls.append("straight")
        await serve(self, scope, receive, send)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Target, "serve", watching)
        return anyio.run(ask, app, http_scope(target, method, **options))


def seen(app: Any, target: str = "/", method: str = "GET", **options: Any) -> tuple[str, bool]:
    """The body of the answer, and whether it came on the straight way."""
    body = get(app, target, method, **options).body
    return body.decode().strip('"'), "straight" in calls


async def first() -> str:
    return "first"


async def second() -> str:
    return "second"


def application(**options: Any) -> Talarian:
    """One that has answered its first requests."""
    app = Talarian(openapi_url=None, **options)
    app.get("/")(first)
    get(app)
    assert seen(app) == ("first", True)
    return app
