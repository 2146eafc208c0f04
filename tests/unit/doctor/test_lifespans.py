"""`on-event-ignored` and `mounted-lifespan-ignored`."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from starlette.applications import Starlette

from talarian import Router, Talarian
from tests.unit.doctor.observing import found_at, seen


@asynccontextmanager
async def lifespan(app: Any) -> AsyncGenerator[None, None]:
    yield


@asynccontextmanager
async def other(app: Any) -> AsyncGenerator[None, None]:
    yield


def connect() -> None: ...
def disconnect() -> None: ...


class TestOnEvent:
    RULE = "on-event-ignored"

    def test_beside_a_lifespan(self) -> None:
        app = Talarian(lifespan=lifespan)
        app.router.add_event_handler("startup", connect)
        finding = found_at(self.RULE, app, connect, "def connect")
        assert "before its `yield`" in finding.advice

    def test_of_an_included_router(self) -> None:
        app, router = Talarian(lifespan=lifespan), Router(on_shutdown=[disconnect])
        app.include_router(router)
        finding = found_at(self.RULE, app, disconnect, "def disconnect")
        assert "after its `yield`" in finding.advice

    def test_without_a_lifespan(self) -> None:
        assert seen(self.RULE, Talarian(on_startup=[connect])) == []

    def test_a_lifespan_alone(self) -> None:
        assert seen(self.RULE, Talarian(lifespan=lifespan)) == []

    def test_a_lifespan_around_the_one_that_runs_them(self) -> None:
        app = Talarian(on_startup=[connect])
        inner_lifespan = app.router.lifespan_context

        @asynccontextmanager
        async def around(app: Any) -> AsyncGenerator[None, None]:
            async with inner_lifespan(app):
                yield

        app.router.lifespan_context = around
        assert seen(self.RULE, app) == []

    def test_merged_with_an_included_routers(self) -> None:
        app = Talarian(on_startup=[connect])
        app.include_router(Router(lifespan=lifespan))
        assert seen(self.RULE, app) == []


class TestMounted:
    RULE = "mounted-lifespan-ignored"

    @pytest.mark.parametrize("inner", [Talarian(lifespan=other), Starlette(lifespan=other)])
    def test_a_lifespan(self, inner: Starlette) -> None:
        app = Talarian(lifespan=lifespan)
        app.mount("/inner", inner)
        finding = found_at(self.RULE, app, other, "@asynccontextmanager")
        assert "mounted at /inner" in finding.message

    def test_a_handler(self) -> None:
        app = Talarian()
        app.mount("/inner", Talarian(on_startup=[connect]))
        found_at(self.RULE, app, connect, "def connect")

    def test_two_floors_down(self) -> None:
        app, middle = Talarian(), Talarian()
        middle.mount("/inner", Talarian(lifespan=lifespan))
        app.mount("/middle", middle)
        (finding,) = seen(self.RULE, app)
        assert "mounted at /middle/inner" in finding.message

    def test_without_any(self) -> None:
        app = Talarian()
        app.mount("/inner", Talarian())
        app.mount("/plain", Starlette())
        assert seen(self.RULE, app) == []

    def test_the_outer_application_has_the_same(self) -> None:
        app = Talarian(lifespan=other)
        app.mount("/inner", Talarian(lifespan=other))
        assert seen(self.RULE, app) == []

    def test_the_outer_lifespan_enters_it(self) -> None:
        inner = Talarian(lifespan=other)

        @asynccontextmanager
        async def entering(app: Any) -> AsyncGenerator[None, None]:
            async with inner.router.lifespan_context(inner):
                yield

        app = Talarian(lifespan=entering)
        app.mount("/inner", inner)
        assert seen(self.RULE, app) == []
