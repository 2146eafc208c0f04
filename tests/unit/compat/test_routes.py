"""What third parties read from routes, and change, is served by the next request."""

import copy
from collections.abc import AsyncIterator, Callable
from functools import wraps
from typing import Annotated, Any

import pytest
from pydantic import BaseModel
from starlette.testclient import TestClient

import talarian.fastapi.routing as face
from talarian import Depends, Query, Router, Talarian, UploadFile, WebSocket
from talarian.compat.dependencies import get_dependant, get_parameterless_sub_dependant
from talarian.compat.fields import ModelField, create_model_field
from talarian.engine.app.route import Route


class Item(BaseModel):
    name: str


class Pair:
    """An application with one route, directly or through an included router."""

    def __init__(self, included: bool) -> None:
        self.app = Talarian()
        self.owner: Any = Router() if included else self.app.router
        self.included = included
        self.client = TestClient(self.app)

    def serve(self, path: str, endpoint: Callable[..., Any]) -> Any:
        """Start with one endpoint, and return its route as it is served."""
        self.owner.add_api_route(path, endpoint)
        if self.included:
            self.app.include_router(self.owner, prefix="/api")
        return self.route

    @property
    def route(self) -> Any:
        """The route as it is served."""
        if not self.included:
            return self.owner.routes[-1]
        return [*face.iter_route_contexts(self.app.routes)][-1]

    def get(self, path: str) -> Any:
        return self.client.get(("/api" if self.included else "") + path).json()


@pytest.fixture(params=[False, True], ids=["direct", "included"])
def pair(request: pytest.FixtureRequest) -> Pair:
    return Pair(request.param)


def test_a_dependency_can_be_put_before_all_others(pair: Pair) -> None:
    called: list[str] = []

    def read(item_id: int) -> int:
        called.append("endpoint")
        return item_id

    route = pair.serve("/{item_id}", read)
    assert pair.get("/1") == 1
    extra = Depends(lambda: called.append("extra"))
    route.dependant.dependencies.insert(
        0, get_parameterless_sub_dependant(depends=extra, path=route.path_format)
    )
    assert pair.get("/2") == 2
    assert called == ["endpoint", "extra", "endpoint"]


def test_the_endpoint_can_be_wrapped(pair: Pair) -> None:
    async def read(item_id: int) -> int:
        return item_id

    dependant = pair.serve("/{item_id}", read).dependant
    original = dependant.call

    @wraps(original)
    async def wrapped(**values: Any) -> Any:
        return await original(**values) + 100

    dependant.call = wrapped
    assert pair.get("/2") == 102


def test_a_parameter_can_be_added_and_is_documented(pair: Pair) -> None:
    def read(**values: Any) -> dict[str, Any]:
        return values

    route = pair.serve("/", read)
    page = ModelField(Query(annotation=int, default=1, alias="page"), "page")
    route.dependant.query_params[:] = [page]
    assert pair.get("/?page=3") == {"page": 3}
    assert pair.get("/?page=x")["detail"][0]["loc"] == ["query", "page"]
    [operations] = pair.app.openapi()["paths"].values()
    assert [parameter["name"] for parameter in operations["get"]["parameters"]] == ["page"]


def test_each_inclusion_has_a_dependant_of_its_own() -> None:
    router, app = Router(), Talarian()

    @router.get("/")
    def read() -> int:
        return 1

    app.include_router(router, prefix="/a", dependencies=[Depends(lambda: None)])
    app.include_router(router, prefix="/b")
    first, second = [*face.iter_route_contexts(app.routes)][-2:]
    routes: list[Any] = [first, second, router.routes[0]]
    counts = [len(route.dependant.dependencies) for route in routes]
    assert counts == [1, 0, 0]
    second.dependant.call = lambda: 2
    client = TestClient(app)
    assert [client.get(path).json() for path in ("/a/", "/b/")] == [1, 2]


def test_a_dependant_that_is_only_read_costs_no_plan() -> None:
    app = Talarian()

    @app.get("/")
    def read() -> None: ...

    route: Any = app.router.routes[-1]
    assert route.live_plan is None
    assert route.dependant is route.dependant
    assert route.plan is route.declared_plan


def test_a_dependant_a_body_and_a_response_can_be_exchanged() -> None:
    app = Talarian()

    @app.post("/")
    def create() -> Any: ...

    def other(item: Item) -> Any:
        return {"name": item.name, "secret": 1}

    route: Any = app.router.routes[-1]
    route.dependant = get_dependant(path="/", call=other)
    route.body_field = route.dependant.body_params[0]
    route.response_field = create_model_field("Response", Item, mode="serialization")
    client = TestClient(app)
    assert client.post("/", json={"name": "x"}).json() == {"name": "x"}
    assert client.post("/", json={}).json()["detail"][0]["loc"] == ["body", "name"]
    operation = app.openapi()["paths"]["/"]["post"]
    assert "requestBody" in operation
    assert "Item" in app.openapi()["components"]["schemas"]


def test_a_copied_route_is_changed_alone() -> None:
    app = Talarian()

    @app.get("/")
    def read() -> int:
        return 1

    route: Any = app.router.routes[-1]
    assert route.dependant
    copied = copy.copy(route)
    copied.dependant = get_dependant(path="/", call=lambda: 2)
    assert copied.plan.root.call() == 2
    assert route.plan.root.call() == 1


def test_the_handler_can_be_made_again() -> None:
    app = Talarian()

    @app.get("/")
    def read() -> int:
        return 1

    route: Any = app.router.routes[-1]
    handler = route.get_route_handler()

    async def marked(request: Any) -> Any:
        response = await handler(request)
        response.headers["x-marked"] = "yes"
        return response

    route.app = face.request_response(marked)
    assert TestClient(app).get("/").headers["x-marked"] == "yes"


def test_what_a_route_says_about_its_body_and_response() -> None:
    app = Talarian()

    @app.post("/", responses={404: {"model": Item}})
    def create(item: Item, count: Annotated[int, Query()] = 1) -> Item:
        return item

    @app.post("/files")
    def upload(first: UploadFile, second: UploadFile) -> None: ...

    @app.get("/stream")
    async def stream() -> AsyncIterator[Item]:
        yield Item(name="x")

    one, two, three = (app.router.routes[index] for index in (-3, -2, -1))
    assert isinstance(one, Route)
    assert (one.body_field.name, one._embed_body_fields) == ("item", False)
    assert one.response_field.name == "Response_create__post"
    assert list(one.response_fields) == [404]
    assert (two.body_field.name, two._embed_body_fields) == ("body", True)
    assert three.stream_item_type is Item
    assert three.stream_item_field.type_ is Item
    assert (three.is_json_stream, three.is_sse_stream) == (True, False)
    with pytest.raises(AttributeError, match="no attribute 'colour'"):
        _ = one.colour


def test_a_websocket_has_a_dependant_too() -> None:
    app = Talarian()

    @app.websocket("/{room}")
    async def chat(websocket: WebSocket, room: str) -> None:
        await websocket.accept()
        await websocket.send_text(room)
        await websocket.close()

    route: Any = app.router.routes[-1]
    dependant = route.dependant
    assert (dependant.websocket_param_name, dependant.scope) == ("websocket", "function")
    original = dependant.call

    async def louder(websocket: WebSocket, room: str) -> None:
        await original(websocket, room.upper())

    dependant.call = louder
    with TestClient(app).websocket_connect("/hall") as connection:
        assert connection.receive_text() == "HALL"
    assert not route._embed_body_fields
    with pytest.raises(AttributeError):
        _ = route.body_field
