"""Functions of `fastapi.routing` that are replaced by assignment, as instrumentation does."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Annotated, Any

import pytest
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

import talarian.fastapi.routing as face
from talarian import Depends, Router, Talarian, WebSocket
from talarian.compat.dependencies import get_dependant
from talarian.engine.app import seams
from talarian.engine.serve import handler, streams
from talarian.fastapi.middleware.asyncexitstack import AsyncExitStackMiddleware
from talarian.fastapi.sse import EventSourceResponse

Patch = Callable[[str, Any], None]


@pytest.fixture
def patch(monkeypatch: pytest.MonkeyPatch) -> Patch:
    return lambda name, value: monkeypatch.setattr(face, name, value)


class Item(BaseModel):
    name: str


def value() -> str:
    return "dependency"


def application() -> Talarian:
    app = Talarian()

    @app.post("/items", status_code=201)
    def create(item: Item, extra: Annotated[str, Depends(value)]) -> Item:
        return Item(name=f"{item.name} {extra}")

    return app


def post(app: Talarian, **data: Any) -> Any:
    return TestClient(app).post("/items", json=data or {"name": "x"})


def test_handlers_are_made_by_a_replaced_function_with_fastapis_arguments(patch: Patch) -> None:
    seen: dict[str, Any] = {}
    original = face.get_request_handler

    def mine(**arguments: Any) -> Any:
        seen.update(arguments)
        return original(**arguments)

    patch("get_request_handler", mine)
    response = post(application())
    assert (response.status_code, response.json()) == (201, {"name": "x dependency"})
    assert seen["dependant"].path == "/items"
    assert seen["status_code"] == 201
    assert seen["body_field"].name == "item"
    assert post(application(), other=1).json()["detail"][0]["loc"] == ["body", "name"]


def test_a_name_that_is_put_back_is_the_engines_own_again(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(face, "get_request_handler", lambda **arguments: None)
        patch.setattr(face, "run_endpoint_function", None)
        assert seams.handler_factory is not None
        assert handler.takeover is not None
    assert seams.handler_factory is None
    assert handler.takeover is None


@pytest.mark.parametrize(
    "name", ["solve_dependencies", "run_endpoint_function", "serialize_response"]
)
def test_a_step_can_be_watched_on_handlers_that_are_there_already(patch: Patch, name: str) -> None:
    app, calls = application(), []
    original = getattr(face, name)

    async def watched(**arguments: Any) -> Any:
        calls.append(arguments)
        return await original(**arguments)

    patch(name, watched)
    assert post(app).json() == {"name": "x dependency"}
    assert len(calls) == 1
    if name != "serialize_response":
        assert calls[0]["dependant"] is app.router.routes[-1].dependant
    refused = post(app, other=1)
    assert (refused.status_code, refused.json()["detail"][0]["type"]) == (422, "missing")


def test_replaced_steps_answer_with_responses_and_streams_too(patch: Patch) -> None:
    app = Talarian()

    @app.get("/plain")
    def plain() -> PlainTextResponse:
        return PlainTextResponse("plain")

    @app.get("/stream")
    async def stream() -> AsyncIterator[int]:
        yield 1

    async def run(**arguments: Any) -> Any:
        return await original(**arguments)

    original = face.run_endpoint_function
    patch("run_endpoint_function", run)
    client = TestClient(app)
    assert client.get("/plain").text == "plain"
    assert client.get("/stream").text == "1\n"


def test_a_handler_can_be_made_without_a_route() -> None:
    async def echo(item: Item) -> Item:
        return item

    dependant = get_dependant(path="/", call=echo)
    made = face.get_request_handler(dependant, body_field=dependant.body_params[0])
    client = TestClient(face.request_response(made))
    assert client.post("/", json={"name": "x"}).json() == {"name": "x"}
    dependant.call = lambda item: "changed"
    assert client.post("/", json={"name": "x"}).json() == "changed"


def test_a_plain_function_of_a_request_is_served() -> None:
    app = face.request_response(lambda request: PlainTextResponse(request.method))
    assert TestClient(app).get("/").text == "GET"


def test_a_websocket_can_be_served_without_a_route() -> None:
    async def greet(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text("hello")
        await websocket.close()

    app = face.websocket_session(face.get_websocket_app(get_dependant(path="/", call=greet)))
    with TestClient(app).websocket_connect("/") as connection:
        assert connection.receive_text() == "hello"


@pytest.mark.anyio
async def test_dependencies_can_be_solved_outside_of_a_route() -> None:
    closed: list[str] = []

    async def resource() -> AsyncIterator[str]:
        yield "open"
        closed.append("closed")

    def job(given: Annotated[str, Depends(resource)], page: int = 1) -> None: ...

    scope = {"type": "http", "query_string": b"page=2", "headers": [], "path_params": {}}
    async with AsyncExitStack() as stack:
        solved = await face.solve_dependencies(
            request=Request(scope),
            dependant=get_dependant(path="/", call=job),
            async_exit_stack=stack,
            embed_body_fields=False,
        )
        assert (solved.values, solved.errors) == ({"given": "open", "page": 2}, [])
        assert closed == []
    assert closed == ["closed"]


@pytest.mark.anyio
async def test_content_is_serialised_as_data_or_text() -> None:
    field = face.create_model_field("item", Item, mode="serialization")
    content = {"name": "x", "secret": 1}
    assert await face.serialize_response(field=field, response_content=content) == {"name": "x"}
    text = await face.serialize_response(
        field=field, response_content=content, dump_json=True, is_coroutine=False
    )
    assert text == b'{"name":"x"}'
    assert await face.serialize_response(response_content=Item(name="y")) == {"name": "y"}


def test_the_ping_interval_is_the_engines(patch: Patch) -> None:
    patch("_PING_INTERVAL", 0.05)
    assert streams._PING_INTERVAL == 0.05
    app = Talarian()

    @app.get("/", response_class=EventSourceResponse)
    async def events() -> AsyncIterator[str]:
        yield "x"

    assert 'data: "x"' in TestClient(app).get("/").text


def test_the_middleware_leaves_an_exit_stack_in_the_scope() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await PlainTextResponse(type(scope["mine"]).__name__)(scope, receive, send)

    client = TestClient(AsyncExitStackMiddleware(app, context_name="mine"))
    assert client.get("/").text == "AsyncExitStack"


class Test_the_application:
    """Seams of the application that are plain methods and lists."""

    def test_its_middleware_stack_can_be_replaced(self, monkeypatch: pytest.MonkeyPatch) -> None:
        built: list[str] = []
        original = Talarian.build_middleware_stack

        def on_class(app: Talarian) -> Any:
            built.append("class")
            return original(app)

        monkeypatch.setattr(Talarian, "build_middleware_stack", on_class)
        app = application()
        inherited = app.build_middleware_stack

        def on_instance() -> Any:
            built.append("instance")
            return inherited()

        app.build_middleware_stack = on_instance  # type: ignore[method-assign]
        assert post(app).status_code == 201
        assert built == ["instance", "class"]

    def test_its_routes_can_be_walked_added_and_reordered(self) -> None:
        app = application()

        async def first(request: Request) -> PlainTextResponse:
            return PlainTextResponse("first")

        plain = face.APIRoute("/items", lambda: "route", methods=["POST"])
        app.router.routes.append(plain)
        assert post(app).status_code == 201
        app.router.routes.reverse()
        assert post(app).json() == "route"
        app.router.routes.remove(plain)
        assert post(app).status_code == 201

    def test_its_document_can_be_replaced(self) -> None:
        app = application()
        app.openapi = lambda: {"mine": True}  # type: ignore[method-assign]
        assert TestClient(app).get("/openapi.json").json() == {"mine": True}

    def test_its_setup_can_be_overridden(self) -> None:
        class Quiet(Talarian):
            def setup(self) -> None:
                self.add_api_route("/ready", lambda: True)

        client = TestClient(Quiet())
        assert client.get("/ready").json() is True
        assert client.get("/docs").status_code == 404

    def test_a_router_below_can_be_subclassed(self) -> None:
        class Closed(Router):
            def matches(self, scope: Any) -> Any:
                return face.Match.NONE, {}

        closed, app = Closed(), Talarian()
        closed.add_api_route("/x", lambda: 1)
        app.include_router(closed)
        assert TestClient(app).get("/x").status_code == 404
