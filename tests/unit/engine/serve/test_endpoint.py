"""One endpoint on ASGI: when it is compiled, when it is interpreted, and what both leave behind."""

import dataclasses
from collections.abc import Callable, Iterator
from typing import Annotated, Any

import anyio
import pytest
from pydantic import BaseModel
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Scope

from talarian.compat import views
from talarian.engine.app.application import Talarian
from talarian.engine.app.route import Route
from talarian.engine.compile.build import Compiled
from talarian.engine.declare.depends import Depends
from talarian.engine.ground import observe
from talarian.engine.ground.errors import HTTPException, RequestValidationError
from talarian.engine.serve import handler
from talarian.engine.serve.endpoint import Endpoint
from talarian.engine.serve.failures import http_exception_handler
from tests.unit.engine.app.helpers import text

JSON = (b"content-type", b"application/json")
WHOLE: Message = {"type": "http.request", "body": b'{"name": "a"}', "more_body": False}


class Item(BaseModel):
    name: str


def endpoint_of(function: Callable[..., Any], **options: Any) -> Endpoint:
    app = Route("/", function, methods=["POST"], **options).app
    assert isinstance(app, Endpoint)
    return app


def scope(query: bytes = b"") -> Scope:
    return {
        "type": "http",
        "method": "POST",
        "path": "/",
        "root_path": "",
        "path_params": {},
        "query_string": query,
        "headers": [JSON],
    }


async def ask(app: ASGIApp, *messages: Message, query: bytes = b"") -> list[Message]:
    """What an application sends, its exceptions handled."""
    waiting, sent = list(messages), list[Message]()

    async def receive() -> Message:
        return waiting.pop(0) if waiting else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    handlers: dict[Any, Any] = {HTTPException: http_exception_handler}
    handled = ExceptionMiddleware(app, handlers)
    await handled(scope(query), receive, send)
    return sent


def status(sent: list[Message]) -> int:
    number: int = sent[0]["status"]
    return number


views.show_views()  # what `talarian.fastapi` does

# Compiled or not.


def test_it_is_compiled_when_it_is_first_asked_for_and_kept() -> None:
    endpoint = endpoint_of(lambda: None)
    compiled = endpoint.compiled
    assert isinstance(compiled, Compiled)
    assert endpoint.compiled is compiled
    assert endpoint.ready() is compiled


def test_a_reason_is_kept_too() -> None:
    def stream() -> Iterator[int]:
        yield 1

    endpoint = endpoint_of(stream)
    assert endpoint.compiled == "the endpoint yields: its answer is a stream"
    assert endpoint.ready() is None


def number() -> int:
    return 1


def test_overrides_count_from_request_to_request() -> None:
    app = Talarian()

    @app.get("/")
    async def endpoint(value: Annotated[int, Depends(number)]) -> int:
        return value

    app.dependency_overrides[len] = lambda: 2  # of no interest here
    assert text(app, "/") == "1"
    app.dependency_overrides[number] = lambda q: 3
    assert text(app, "/") == "422"
    assert text(app, "/?q=1") == "3"
    del app.dependency_overrides[number]
    assert text(app, "/") == "1"
    app.dependency_overrides = {number: lambda: 4}
    assert text(app, "/") == "4"


def test_an_override_that_is_set_on_the_way_counts_for_what_comes_after() -> None:
    app = Talarian()

    async def overrides() -> None:
        app.dependency_overrides[number] = lambda: 2

    @app.get("/")
    async def endpoint(
        set_now: Annotated[None, Depends(overrides)], value: Annotated[int, Depends(number)]
    ) -> int:
        return value

    assert text(app, "/") == "2"


def test_only_overrides_of_its_own_dependencies_keep_it_from_being_compiled() -> None:
    app = Talarian()

    @app.get("/")
    async def endpoint(value: Annotated[int, Depends(number)]) -> int:
        return value

    route = app.routes[-1]
    assert isinstance(route, Route)
    assert isinstance(route.app, Endpoint)
    app.dependency_overrides[endpoint] = lambda: 5
    assert route.app.ready() is route.app.compiled
    app.dependency_overrides[number] = lambda: 2
    assert route.app.ready() is None


def test_a_route_that_somebody_has_reached_into_is_interpreted() -> None:
    app = Talarian()

    def refuses() -> None:
        raise HTTPException(403)

    @app.get("/", dependencies=[Depends(refuses)])
    async def endpoint(q: int) -> int:
        return q

    route: Any = app.routes[-1]
    assert text(app, "/?q=1") == "403"
    assert isinstance(route.app.compiled, Compiled)
    refusing = route.dependant.dependencies.pop()
    assert "views have been used" in str(route.app.compiled)
    assert text(app, "/?q=1") == "1"
    route.dependant.dependencies.append(refusing)
    assert text(app, "/?q=1") == "403"


def test_a_call_that_is_replaced_in_a_view_is_called() -> None:
    app = Talarian()

    @app.get("/")
    async def endpoint(q: int) -> int:
        return q

    async def another(q: int) -> int:
        return -q

    route: Any = app.routes[-1]
    assert text(app, "/?q=1") == "1"
    route.dependant.call = another
    assert text(app, "/?q=1") == "-1"


def test_another_plan_is_compiled_anew() -> None:
    app = Talarian()

    @app.get("/")
    async def endpoint() -> int:
        return 1

    route: Any = app.routes[-1]
    assert text(app, "/") == "1"
    before = route.app.compiled
    response = dataclasses.replace(route.plan.response, status_code=203)
    route.declared_plan = dataclasses.replace(route.plan, response=response)
    after = route.app.compiled
    assert (before.status, after.status) == (200, 203)
    assert text(app, "/") == "203"


def test_steps_that_were_replaced_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    async def takeover(source: Any, provider: Any, request: Request) -> Response:
        return PlainTextResponse("of a third party")

    endpoint = endpoint_of(lambda: None)
    monkeypatch.setattr(handler, "takeover", takeover)
    assert endpoint.compiled == "steps of answering have been replaced"
    assert anyio.run(ask, endpoint)[-1]["body"] == b"of a third party"


class Watcher(observe._Nobody):
    def __init__(self) -> None:
        self.told: list[str] = []

    def connected(self, connection: Any) -> None:
        self.told.append("connected")

    def solved(self, values: dict[str, Any], errors: Any) -> None:
        self.told.append(f"solved {values}")


@pytest.mark.anyio
async def test_whoever_watches_is_told_by_the_interpreter() -> None:
    endpoint = endpoint_of(lambda q: q)
    watcher = Watcher()
    assert endpoint.ready() is not None
    token = observe.watching.set(watcher)
    try:
        assert endpoint.ready() is None
        assert status(await ask(endpoint, query=b"q=1")) == 200
    finally:
        observe.watching.reset(token)
    assert watcher.told == ["connected", "solved {'q': '1'}"]


# Reading the body.


async def named(item: Item) -> str:
    return item.name


@pytest.mark.anyio
async def test_a_body_may_come_in_pieces() -> None:
    pieces = [WHOLE["body"][:5], b"", WHOLE["body"][5:]]
    messages = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    sent = await ask(endpoint_of(named), *messages, {"type": "http.request"})
    assert sent[-1]["body"] == b'"a"'


@pytest.mark.anyio
async def test_a_client_that_goes_away_is_answered_with_400() -> None:
    piece = {"type": "http.request", "body": b"{", "more_body": True}
    for messages in ([], [piece]):
        sent = await ask(endpoint_of(named), *messages)
        assert (status(sent), b"error parsing the body" in sent[-1]["body"]) == (400, True)


@pytest.mark.anyio
async def test_a_body_above_the_limit_is_refused() -> None:
    app = Route("/", named, methods=["POST"], max_body_size=8).app
    half: Message = {"type": "http.request", "body": b'{"name"', "more_body": True}
    assert status(await ask(app, half, half)) == 413
    assert status(await ask(app, WHOLE)) == 413


@pytest.mark.anyio
async def test_what_is_not_asked_for_is_not_received() -> None:
    async def unread(q: int) -> int:
        return q

    async def receive() -> Message:
        raise AssertionError("the body was received")

    async def send(message: Message) -> None: ...

    await endpoint_of(unread)(scope(b"q=1"), receive, send)
    with pytest.raises(RequestValidationError):
        await endpoint_of(unread)(scope(b"q=x"), receive, send)


@pytest.mark.anyio
async def test_users_and_handlers_see_one_request_whose_body_was_read() -> None:
    seen: list[tuple[Request, bytes]] = []

    async def fails(item: Item, request: Request) -> None:
        seen.append((request, await request.body()))
        raise HTTPException(418)

    async def handle(request: Request, error: Exception) -> Response:
        seen.append((request, await request.body()))
        return PlainTextResponse("handled", 418)

    async def receive() -> Message:
        return WHOLE

    async def send(message: Message) -> None: ...

    app = ExceptionMiddleware(endpoint_of(fails), {HTTPException: handle})
    await app(scope(), receive, send)
    assert seen[0][0] is seen[1][0]
    assert [body for _, body in seen] == [WHOLE["body"]] * 2


@pytest.mark.anyio
async def test_a_scope_gets_stacks_only_where_users_see_the_request() -> None:
    async def sees(request: Request) -> list[str]:
        return sorted(key for key in request.scope if "stack" in key)

    async def sees_none() -> None: ...

    stacks = ["fastapi_function_astack", "fastapi_inner_astack", "fastapi_middleware_astack"]
    sent = await ask(endpoint_of(sees))
    assert sent[-1]["body"].decode() == str(stacks).replace("'", '"').replace(" ", "")

    async def receive() -> Message:
        return WHOLE

    async def send(message: Message) -> None: ...

    untouched = scope()
    await endpoint_of(sees_none)(untouched, receive, send)
    assert not [key for key in untouched if "stack" in key]
