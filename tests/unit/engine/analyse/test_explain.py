from collections.abc import Generator
from typing import Annotated

from pydantic import BaseModel
from starlette.requests import Request

from talarian.engine.analyse.endpoint import plan_endpoint, plan_websocket
from talarian.engine.analyse.explain import explain
from talarian.engine.declare.declaration import Declaration
from talarian.engine.declare.depends import Depends, Security
from talarian.engine.declare.params import Header


class Item(BaseModel):
    name: str


def session() -> Generator[int, None, None]:
    yield 1


def user(token: Annotated[str, Header()]) -> str:
    return token


async def update(
    request: Request,
    item_id: int,
    item: Item,
    db: Annotated[int, Depends(session, scope="function", max_concurrency=3)],
    who: Annotated[str, Security(user, scopes=["write"], use_cache=False)],
    q: str | None = None,
) -> Item:
    return item


def test_every_decision_is_told() -> None:
    declaration = Declaration("/{item_id}", update, status_code=201, max_body_size=100)
    lines = explain(plan_endpoint(declaration, "/{item_id}", "update_item")).splitlines()
    place = f"  update at {__file__}:{update.__code__.co_firstlineno}"
    assert lines == [
        "/{item_id}  (update_item)",
        place,
        "  update: async, cleans up in scope 'function'",
        "    db <- session: generator, cleans up in scope 'function', at most 3 at once",
        "    who <- user: sync, not cached, scopes write",
        "      token <- header 'token': str, required",
        "    item_id <- path 'item_id': int, required",
        "    q <- query 'q': str | None, optional",
        "    item <- body 'item': Item, required",
        "    request <- the request",
        "  body: JSON, one field is the whole body",
        "  body: at most 100 bytes",
        "  response: Item as JSON by pydantic",
        "  status: 201",
    ]


def test_a_websocket_is_its_call() -> None:
    text = explain(plan_websocket(user, "/", [Depends(session)]))
    assert text.splitlines()[0] == "user: sync, cleans up in scope 'function'"
    assert "session: generator" in text
