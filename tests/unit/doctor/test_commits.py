"""`commit-after-response`."""

from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from talarian import Depends, Talarian, WebSocket
from tests.unit.doctor.observing import found_at, seen

RULE = "commit-after-response"


class Session:
    def commit(self) -> None: ...
    def flush(self) -> None: ...
    def rollback(self) -> None: ...
    def close(self) -> None: ...

    @asynccontextmanager
    async def begin(self) -> AsyncGenerator["Session"]:
        yield self


def plain() -> Iterator[Session]:
    session = Session()
    yield session
    session.commit()


async def guarded() -> AsyncGenerator[Session]:
    session = Session()
    try:
        yield session
        session.commit()
    except Exception:
        session.rollback()
        raise
    finally:
        session.close()


def otherwise() -> Iterator[Session]:
    session = Session()
    try:
        yield session
    except ValueError:
        session.rollback()
    else:
        session.commit()


def flushed() -> Iterator[Session]:
    session = Session()
    yield session
    session.flush()


async def in_transaction() -> AsyncGenerator[Session]:
    async with Session().begin() as session:
        yield session


def only_closed() -> Iterator[Session]:
    session = Session()
    try:
        yield session
    finally:
        session.close()


def committed_before() -> Iterator[Session]:
    session = Session()
    session.commit()
    yield session


def committed_on_error() -> Iterator[Session]:
    session = Session()
    try:
        yield session
    except Exception:
        session.commit()
        raise


def another_file_flushed() -> Iterator[Session]:
    log = Session()
    yield Session()
    log.flush()


def commits_in_a_helper() -> Iterator[Session]:
    session = Session()

    def save() -> None:
        session.commit()

    yield session
    print(save)


def app_with(dependency: Any) -> Talarian:
    app = Talarian()

    @app.post("/orders")
    def order(session: Any = dependency) -> None: ...

    @app.post("/returns", dependencies=[dependency])
    def give_back() -> None: ...

    return app


@pytest.mark.parametrize(
    ("dependency", "text"),
    [
        (plain, "session.commit()"),
        (guarded, "session.commit()"),
        (otherwise, "session.commit()"),
        (flushed, "session.flush()"),
        (in_transaction, ".begin()"),
    ],
)
def test_a_commit_after_yield(dependency: Callable[..., Any], text: str) -> None:
    finding = found_at(RULE, app_with(Depends(dependency)), dependency, text)
    assert "Used by POST /orders, POST /returns." in finding.message
    assert f'Depends({dependency.__name__}, scope="function")' in finding.advice


@pytest.mark.parametrize(
    "dependency",
    [only_closed, committed_before, committed_on_error, another_file_flushed, commits_in_a_helper],
)
def test_no_commit_after_yield(dependency: Callable[..., Any]) -> None:
    assert seen(RULE, app_with(Depends(dependency))) == []


def test_with_the_scope_of_the_function_it_comes_before_the_response() -> None:
    assert seen(RULE, app_with(Depends(plain, scope="function"))) == []


def test_a_websocket_has_no_status_to_lie_with() -> None:
    app = Talarian()

    @app.websocket("/live")
    async def live(websocket: WebSocket, session: Any = Depends(plain)) -> None: ...

    assert seen(RULE, app) == []
