"""Endpoints without middleware: parameters, bodies, dependencies, long answers."""

# FastAPI is not installed where types are checked: one process has the real one, another the hook.
# mypy: disable-error-code="import-not-found,untyped-decorator"
# pyright: basic, reportMissingImports=false

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import Cookie, Depends, FastAPI, Header, Request

from benchmarks.app.data import COUNT, row
from benchmarks.app.models import Item, ItemOut, created

app = FastAPI()

ROWS = [row(number) for number in range(COUNT)]
MODELS = [ItemOut(**each) for each in ROWS]


@app.get("/")
async def root():  # type: ignore[no-untyped-def]  # without an annotation, as most are written
    return {"message": "Hello"}


@app.get("/items/{item_id}")
async def read_item(item_id: int, q: str | None = None, limit: int = 10) -> dict[str, Any]:
    return {"item_id": item_id, "q": q, "limit": limit}


@app.post("/items", response_model=ItemOut)
async def create_item(item: Item) -> ItemOut:
    return created(item)


@app.get("/headers")
async def read_headers(
    x_token: Annotated[str, Header()],
    user_agent: Annotated[str | None, Header()] = None,
    session: Annotated[str | None, Cookie()] = None,
    visits: Annotated[int, Cookie()] = 0,
) -> dict[str, Any]:
    return {"token": x_token, "agent": user_agent, "session": session, "visits": visits}


@app.get("/request")
async def read_request(request: Request) -> dict[str, Any]:
    return {"method": request.method, "path": request.url.path}


@app.get("/sync")
def sync() -> dict[str, str]:
    return {"message": "Hello"}


class Session:
    """Stands for a connection that must be given back."""

    def __init__(self) -> None:
        self.closed = False

    def name(self, wanted: str) -> str:
        return f"closed {wanted}" if self.closed else wanted


async def get_session() -> AsyncIterator[Session]:
    session = Session()
    try:
        yield session
    finally:
        session.closed = True


async def get_settings() -> dict[str, str]:
    return {"prefix": "user"}


def get_settings_sync() -> dict[str, str]:
    return {"prefix": "user"}


async def get_user(
    name: str,
    session: Annotated[Session, Depends(get_session)],
    settings: Annotated[dict[str, str], Depends(get_settings)],
) -> str:
    return f"{settings['prefix']} {session.name(name)}"


async def get_user_sync(
    name: str,
    session: Annotated[Session, Depends(get_session)],
    settings: Annotated[dict[str, str], Depends(get_settings_sync)],
) -> str:
    return f"{settings['prefix']} {session.name(name)}"


async def get_admin(user: Annotated[str, Depends(get_user)]) -> str:
    return f"admin {user}"


async def get_admin_sync(user: Annotated[str, Depends(get_user_sync)]) -> str:
    return f"admin {user}"


@app.get("/deps")
async def deps(admin: Annotated[str, Depends(get_admin)]) -> dict[str, str]:
    return {"admin": admin}


@app.get("/deps-sync")
async def deps_sync(admin: Annotated[str, Depends(get_admin_sync)]) -> dict[str, str]:
    return {"admin": admin}


@app.get("/models", response_model=list[ItemOut])
async def models() -> list[ItemOut]:
    return MODELS


@app.get("/dicts")
async def dicts():  # type: ignore[no-untyped-def]  # untyped is what this endpoint is about
    return ROWS
