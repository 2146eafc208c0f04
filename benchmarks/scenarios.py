"""One application, written once in FastAPI's words, for whichever framework is given."""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Annotated, Any, Protocol, TypeVar

from pydantic import BaseModel

ROUTES = 500

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


class App(Protocol):
    """What both frameworks' applications are, as far as this file needs it."""

    def get(self, path: str, /) -> Callable[[Endpoint], Endpoint]: ...

    def post(self, path: str, /) -> Callable[[Endpoint], Endpoint]: ...


class Item(BaseModel):
    name: str
    price: float
    tags: list[str] = []
    stock: int | None = None


@dataclass(frozen=True)
class Scenario:
    title: str
    method: str
    path: str
    query: str = ""
    body: bytes = b""

    def scope(self) -> dict[str, Any]:
        headers = [(b"host", b"localhost"), (b"accept", b"*/*")]
        if self.body:
            headers.append((b"content-type", b"application/json"))
            headers.append((b"content-length", str(len(self.body)).encode()))
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": self.method,
            "scheme": "http",
            "path": self.path,
            "raw_path": self.path.encode(),
            "query_string": self.query.encode(),
            "root_path": "",
            "headers": headers,
            "client": ("127.0.0.1", 50000),
            "server": ("127.0.0.1", 8000),
        }


_ITEM = json.dumps({"name": "a sandal", "price": 12.5, "tags": ["left", "right"], "stock": 7})

SCENARIOS: Mapping[str, Scenario] = {
    "hello": Scenario("GET, nothing to do", "GET", "/"),
    "params": Scenario("GET, path and query parameters", "GET", "/items/42", "q=wing&limit=5"),
    "post": Scenario("POST, a model in and out", "POST", "/items", body=_ITEM.encode()),
    "chain": Scenario("GET, three async dependencies with yield", "GET", "/chain"),
    "thread": Scenario("GET, a `def` endpoint (in a thread)", "GET", "/thread"),
    "last": Scenario(f"GET, the last of {ROUTES} routes", "GET", f"/many/{ROUTES - 1}/x"),
}


def application(framework: ModuleType) -> App:
    """Build the application with ``fastapi`` or ``talarian.fastapi``."""
    app: App = framework.FastAPI(openapi_url=None)
    _plain(app)
    _dependencies(app, framework.Depends)
    for number in range(ROUTES):
        _one_of_many(app, number)
    return app


def _plain(app: App) -> None:
    @app.get("/")
    async def hello() -> dict[str, str]:
        return {"hello": "world"}

    @app.get("/items/{item_id}")
    async def params(item_id: int, q: str, limit: int = 10) -> dict[str, int | str]:
        return {"item_id": item_id, "q": q, "limit": limit}

    @app.post("/items")
    async def post(item: Item) -> Item:
        return item

    @app.get("/thread")
    def thread() -> dict[str, str]:
        return {"hello": "thread"}


def _dependencies(app: App, depends: Any) -> None:
    async def settings() -> AsyncIterator[dict[str, str]]:
        yield {"name": "shop"}

    async def session(settings: Annotated[dict[str, str], depends(settings)]) -> AsyncIterator[str]:
        yield f"session of {settings['name']}"

    async def user(session: Annotated[str, depends(session)]) -> AsyncIterator[str]:
        yield f"user in {session}"

    @app.get("/chain")
    async def chain(user: Annotated[str, depends(user)]) -> dict[str, str]:
        return {"user": user}


def _one_of_many(app: App, number: int) -> None:
    @app.get(f"/many/{number}/{{name}}")
    async def many(name: str) -> dict[str, str]:
        return {"name": name}
