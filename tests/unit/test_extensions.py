"""Extensions: what they may add, in which order they live, and what is refused."""

from collections.abc import AsyncGenerator, Iterable, Iterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import anyio
import pytest

from talarian import Depends, Router, Talarian
from talarian.environment import Environment, current_environment
from talarian.exceptions import TalarianError
from talarian.extensions import (
    Extension,
    Hazard,
    Installable,
    Installed,
    UnsafeInProduction,
    find,
    hazards,
    installed,
)
from talarian.fastapi import FastAPI
from talarian.testclient import TestClient


class Spanning(Extension):
    """Writes down when it is opened and closed."""

    def __init__(self, events: list[str], name: str = "spanning") -> None:
        self.events = events
        self.name = name

    @asynccontextmanager
    async def lifespan(self, app: Talarian) -> AsyncGenerator[None, None]:
        self.events.append(f"{self.name} up")
        try:
            yield
        finally:
            self.events.append(f"{self.name} down")


def told(events: list[str]) -> Any:
    """A lifespan of a user."""

    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncGenerator[dict[str, int], None]:
        events.append("user up")
        yield {"answer": 42}
        events.append("user down")

    return lifespan


AROUND = ["a up", "b up", "user up", "requests", "user down", "b down", "a down"]


class TestLifespans:
    def run(self, app: Talarian, events: list[str]) -> None:
        with TestClient(app):
            events.append("requests")

    def test_around_one_that_was_given(self) -> None:
        events: list[str] = []
        extensions = [Spanning(events, "a"), Spanning(events, "b")]
        self.run(Talarian(extensions=extensions, lifespan=told(events)), events)
        assert events == AROUND

    def test_around_one_that_is_set_later(self) -> None:
        events: list[str] = []
        app = Talarian(extensions=[Spanning(events, "a")])
        app.router.lifespan_context = told(events)
        app.install(Spanning(events, "b"))
        self.run(app, events)
        assert events == AROUND

    def test_around_start_up_handlers(self) -> None:
        events: list[str] = []
        app = Talarian(
            extensions=[Spanning(events, "a"), Spanning(events, "b")],
            on_startup=[lambda: events.append("user up")],
            on_shutdown=[lambda: events.append("user down")],
        )
        self.run(app, events)
        assert events == AROUND

    def test_around_those_of_included_routers(self) -> None:
        events: list[str] = []
        app = Talarian(extensions=[Spanning(events, "a"), Spanning(events, "b")])
        app.include_router(Router(lifespan=told(events)))
        self.run(app, events)
        assert events == AROUND

    def test_once_when_somebody_wraps_the_lifespan(self) -> None:
        events: list[str] = []
        app = Talarian(extensions=[Spanning(events, "a"), Spanning(events, "b")])
        inner = app.router.lifespan_context

        @asynccontextmanager
        async def wrapped(app: Any) -> AsyncGenerator[Any, None]:
            events.append("user up")
            async with inner(app) as state:
                yield state
            events.append("user down")

        app.router.lifespan_context = wrapped
        self.run(app, events)
        assert events == AROUND

    def test_run_by_hand(self) -> None:
        events: list[str] = []
        app = Talarian(
            extensions=[Spanning(events, "a"), Spanning(events, "b")], lifespan=told(events)
        )

        async def main() -> None:
            async with app.router.lifespan_context(app) as state:
                assert state == {"answer": 42}
                events.append("requests")

        anyio.run(main)
        assert events == AROUND

    def test_again_after_the_end(self) -> None:
        events: list[str] = []
        app = Talarian(extensions=[Spanning(events, "a")])
        self.run(app, events)
        self.run(app, events)
        assert events == ["a up", "requests", "a down"] * 2

    def test_what_is_open_is_closed_when_the_next_fails(self) -> None:
        events: list[str] = []

        class Failing(Extension):
            @asynccontextmanager
            async def lifespan(self, app: Talarian) -> AsyncGenerator[None, None]:
                raise RuntimeError("no disk")
                yield

        app = Talarian(extensions=[Spanning(events), Failing()], lifespan=told(events))
        with pytest.raises(RuntimeError, match="no disk"), TestClient(app):
            pass
        assert events == ["spanning up", "spanning down"]

    def test_an_application_without_extensions_is_as_it_was(self) -> None:
        lifespan = told([])
        assert Talarian(lifespan=lifespan).router.lifespan_context is lifespan


class Greeter(Extension):
    def __init__(self, word: str = "hello") -> None:
        self.word = word

    def setup(self, app: Talarian) -> None:
        app.include_router(router := Router())

        @router.get("/greet")
        def greet() -> str:
            return self.word

        app.add_exception_handler(KeyError, self.missing)

    async def missing(self, request: Any, error: Exception) -> Any:
        from talarian.responses import JSONResponse

        return JSONResponse({"missing": str(error)}, 404)


class TestInstalling:
    def test_it_adds_routes_and_handlers(self) -> None:
        app = Talarian(extensions=[Greeter("hi")])

        @app.get("/fail")
        def fail() -> None:
            raise KeyError("key")

        client = TestClient(app)
        assert client.get("/greet").json() == "hi"
        assert client.get("/fail").status_code == 404

    def test_endpoints_can_have_it(self) -> None:
        app = Talarian()
        app.install(Greeter())

        @app.get("/word")
        def word(greeter: Annotated[Greeter, Installed(Greeter)]) -> str:
            return greeter.word

        assert TestClient(app).get("/word").json() == "hello"

    def test_it_works_under_fastapis_name(self) -> None:
        app = FastAPI(extensions=[Greeter()])
        assert TestClient(app).get("/greet").status_code == 200

    def test_it_is_found_by_class_and_by_name(self) -> None:
        first, second = Spanning([], "first"), Spanning([], "second")
        app = Talarian(extensions=[first, second, Greeter()])
        assert list(installed(app))[:2] == [first, second]
        assert find(app, Spanning) is first
        assert find(app, Spanning, "second") is second
        assert find(app, Greeter).name == "greeter"
        with pytest.raises(TalarianError, match="No Spanning named 'third' is installed"):
            find(app, Spanning, "third")

    def test_an_object_may_have_an_extension_without_being_one(self) -> None:
        class Shop:
            extension = Greeter()

            def __extension__(self) -> Extension:
                return self.extension

        app = Talarian(extensions=[shop := Shop()])
        assert find(app, Shop) is shop
        assert TestClient(app).get("/greet").status_code == 200

    def test_twice_is_refused(self) -> None:
        app = Talarian(extensions=[Greeter()])
        with pytest.raises(TalarianError, match="named 'greeter' is installed already"):
            app.install(Greeter())

    def test_while_running_is_refused(self) -> None:
        app = Talarian(extensions=[Spanning([])])
        with TestClient(app), pytest.raises(TalarianError, match="before the application starts"):
            app.install(Greeter())

    @pytest.mark.parametrize("thing", [Greeter, object(), "greeter"])
    def test_only_extensions(self, thing: Any) -> None:
        with pytest.raises(TalarianError, match="is not an extension"):
            Talarian(extensions=[thing])

    def test_what_it_needs_comes_first(self) -> None:
        greeter = Greeter()

        class Loud(Extension):
            def needs(self) -> Iterable[Installable]:
                return [greeter]

        with pytest.raises(TalarianError, match="'loud' needs Greeter named 'greeter': install"):
            Talarian(extensions=[Loud(), greeter])
        assert len(installed(Talarian(extensions=[greeter, Loud()]))) == 2

    def test_overrides_apply_to_it(self) -> None:
        app = Talarian(extensions=[Greeter()])
        dependency = Installed(Greeter)

        @app.get("/word")
        def word(greeter: Annotated[Greeter, dependency]) -> str:
            return greeter.word

        assert isinstance(dependency, type(Depends()))
        assert dependency.dependency is not None
        app.dependency_overrides[dependency.dependency] = lambda: Greeter("other")
        assert TestClient(app).get("/word").json() == "other"


class Open(Extension):
    def hazards(self, app: Talarian) -> Iterator[Hazard]:
        yield Hazard("The door is open.", "Close it.")


class TestProduction:
    def test_it_does_not_start_with_a_hazard(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("TALARIAN_ENV", "production")
        app = Talarian(extensions=[Open()])
        assert hazards(app) == [Hazard("The door is open.", "Close it.")]
        with pytest.raises(UnsafeInProduction) as raised, TestClient(app):
            pass
        assert "The door is open.\n    Close it.\n" in str(raised.value)
        assert "TALARIAN_ENV=development" in str(raised.value)

    @pytest.mark.parametrize("environment", ["development", "test"])
    def test_elsewhere_it_does(self, environment: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("TALARIAN_ENV", environment)
        with TestClient(Talarian(extensions=[Open()])):
            pass

    def test_without_a_hazard_it_starts(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("TALARIAN_ENV", "production")
        with TestClient(Talarian(extensions=[Greeter()])):
            pass


class TestEnvironment:
    @pytest.mark.parametrize(
        ("variables", "expected"),
        [
            ({}, "production"),
            ({"PYTEST_VERSION": "9"}, "test"),
            ({"FASTAPI_ENV": "development", "PYTEST_VERSION": "9"}, "development"),
            ({"TALARIAN_ENV": "Production ", "FASTAPI_ENV": "development"}, "production"),
            ({"TALARIAN_ENV": "dev"}, "development"),
            ({"TALARIAN_ENV": "", "FASTAPI_ENV": "prod"}, "production"),
        ],
    )
    def test_the_first_that_says_so(self, variables: dict[str, str], expected: str) -> None:
        assert current_environment(variables) == Environment(expected)

    def test_other_names_are_refused(self) -> None:
        with pytest.raises(TalarianError, match=r"TALARIAN_ENV is 'staging'.*production with"):
            current_environment({"TALARIAN_ENV": "staging"})
