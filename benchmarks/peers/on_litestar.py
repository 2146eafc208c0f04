"""Litestar, which validates and serialises itself, with the same pydantic models."""

# The frameworks live in an environment of their own, where types are not checked.
# mypy: disable-error-code="import-not-found,untyped-decorator"
# pyright: basic, reportMissingImports=false

from typing import Any

from litestar import Litestar, get, post

from benchmarks.app.models import Item, ItemOut, created


@get("/")
async def root() -> dict[str, str]:
    return {"message": "Hello"}


@get("/items/{item_id:int}")
async def read_item(item_id: int, q: str | None = None, limit: int = 10) -> dict[str, Any]:
    return {"item_id": item_id, "q": q, "limit": limit}


@post("/items", status_code=200)
async def create_item(data: Item) -> ItemOut:
    return created(data)


@get("/sync", sync_to_thread=True)
def sync() -> dict[str, str]:
    return {"message": "Hello"}


app = Litestar([root, read_item, create_item, sync])
