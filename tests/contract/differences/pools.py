"""A thousand requests at once, plain `def` code, and a pool of ten connections."""

import queue
from collections.abc import Iterator
from typing import Annotated, Any

import anyio

from talarian.fastapi import Depends, FastAPI
from tests.contract.client import request

CONNECTIONS = 10
REQUESTS = 1000
PATIENCE = 5.0  # seconds that a request waits for a connection, as a database driver's pool would

app = FastAPI()
pool: queue.Queue[int] = queue.Queue()
for number in range(CONNECTIONS):
    pool.put(number)

Session = dict[str, int]


def open_session() -> Iterator[Session]:
    """A session as an ORM has it: it takes a connection when it is first used."""
    session: Session = {}
    try:
        yield session
    finally:
        if "connection" in session:
            pool.put(session["connection"])


def current_user(session: Annotated[Session, Depends(open_session)]) -> Session:
    session["connection"] = pool.get(timeout=PATIENCE)
    return session


@app.get("/")
def endpoint(session: Annotated[Session, Depends(current_user)]) -> int:
    return session["connection"]


async def case_a_thousand_requests_and_ten_connections() -> Any:
    answered = 0

    async def ask() -> None:
        nonlocal answered
        answer = await request(app, "GET", "/")
        answered += answer.get("status") == 200

    async with anyio.create_task_group() as group:
        for _ in range(REQUESTS):
            group.start_soon(ask)
    return {"all answered": answered == REQUESTS, "connections back": pool.qsize()}
