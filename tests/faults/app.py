"""The application of a fault test: one endpoint for each way to write, and to fail afterwards.

Each writes `Entry` rows with the key of its request and says which. What a request may leave
behind is in `shapes.py`, under the endpoint's name.
"""

import asyncio
import os
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Annotated, Any

from pydantic import BaseModel
from sqlalchemy import insert as sql_insert, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session as PlainSession

from talarian import Depends, HTTPException, Request, Response, Talarian
from talarian.health import Health
from talarian.responses import JSONResponse
from talarian.sql import Base, Database, ReadOnlySession, Session, SyncSession
from tests.faults.models import Account, Counter, Entry

NO_OWNER = 7
"""The id of an owner that does not exist."""
REFUSED_PART = 666
"""A part that a trigger refuses, as an error of the statement."""
UNDOING_PART = 667
"""A part with which a trigger undoes the whole transaction: at once, or at the commit."""

app = Talarian(extensions=[db := Database(models=Base), Health()])


class Order(BaseModel):
    """A request. What it leaves to chance, the client has chosen."""

    key: str
    seconds: float = 0
    """How long the endpoint waits, or lets a statement take."""
    accounts: tuple[int, int] = (1, 2)


class Receipt(BaseModel):
    key: str
    parts: list[int]


def entry(order: Order, part: int, owner_id: int | None = None) -> Entry:
    return Entry(key=order.key, part=part, owner_id=owner_id)


async def insert(session: AsyncSession, order: Order, part: int) -> None:
    """Write a part now, with a statement of its own."""
    await session.execute(sql_insert(Entry).values(key=order.key, part=part))


@app.post("/async")
async def write_async(order: Order, session: Session) -> Receipt:
    session.add(entry(order, 1))
    await session.flush()
    session.add(entry(order, 2))
    return Receipt(key=order.key, parts=[1, 2])


@app.post("/sync")
def write_sync(order: Order, session: SyncSession) -> Receipt:
    session.add(entry(order, 1))
    session.flush()
    session.add(entry(order, 2))
    return Receipt(key=order.key, parts=[1, 2])


@app.post("/transaction")
async def write_in_transaction(order: Order) -> Receipt:
    async with db.transaction() as session:
        session.add(entry(order, 1))
        await session.flush()
        session.add(entry(order, 2))
    return Receipt(key=order.key, parts=[1, 2])


@app.post("/serializable")
async def write_serializable(order: Order) -> Receipt:
    async with db.transaction(isolation="SERIALIZABLE") as session:
        counter = await session.get_one(Counter, "serializable")
        counter.value += 1
        session.add(entry(order, 1))
    return Receipt(key=order.key, parts=[1])


@db.idempotent(attempts=8, within=5, isolation="SERIALIZABLE")
async def count_once(session: AsyncSession, order: Order) -> None:
    if await session.scalar(select(Entry.id).where(Entry.key == order.key)) is not None:
        return
    counter = await session.get_one(Counter, "idempotent")
    counter.value += 1
    session.add(entry(order, 1))


@app.post("/idempotent")
async def write_once(order: Order) -> Receipt:
    await count_once(order)
    return Receipt(key=order.key, parts=[1])


@db.idempotent(attempts=8, within=5, isolation="SERIALIZABLE")
def count_once_sync(session: PlainSession, order: Order) -> None:
    if session.scalar(select(Entry.id).where(Entry.key == order.key)) is not None:
        return
    counter = session.get_one(Counter, "idempotent-sync")
    counter.value += 1
    session.add(entry(order, 1))


@app.post("/idempotent-sync")
def write_once_sync(order: Order) -> Receipt:
    count_once_sync(order)
    return Receipt(key=order.key, parts=[1])


@app.post("/savepoint")
async def write_around_a_savepoint(order: Order, session: Session) -> Receipt:
    session.add(entry(order, 1))
    await session.flush()
    try:
        async with session.begin_nested():
            session.add(entry(order, 2))
            await session.flush()
            session.add(entry(order, REFUSED_PART))
    except DBAPIError as error:
        if error.connection_invalidated:
            raise
    session.add(entry(order, 3))
    return Receipt(key=order.key, parts=[1, 3])


@app.post("/caught")
async def catch_without_a_savepoint(order: Order, session: Session) -> Receipt:
    await insert(session, order, 1)
    try:
        await insert(session, order, REFUSED_PART)
    except DBAPIError as error:
        if error.connection_invalidated:
            raise
    await insert(session, order, 3)
    return Receipt(key=order.key, parts=[1, 3])


@app.post("/deadlock")
async def lock_in_any_order(order: Order, session: Session) -> Receipt:
    session.add(entry(order, 1))
    for account_id in order.accounts:
        move = update(Account).where(Account.id == account_id).values(moves=Account.moves + 1)
        await session.execute(move)
        await asyncio.sleep(order.seconds)
    return Receipt(key=order.key, parts=[1])


@app.post("/savepoint-deadlock")
async def lock_in_a_savepoint(order: Order, session: Session) -> Receipt:
    """A deadlock that is caught: what was written before it is there, or nothing is."""
    await insert(session, order, 1)
    first, second = order.accounts
    await session.scalar(select(Account.id).where(Account.id == first).with_for_update())
    await asyncio.sleep(order.seconds)
    try:
        async with session.begin_nested():
            await session.scalar(select(Account.id).where(Account.id == second).with_for_update())
    except DBAPIError as error:
        if error.connection_invalidated:
            raise
    await insert(session, order, 3)
    return Receipt(key=order.key, parts=[1, 3])


@app.post("/hold")
async def hold_a_connection(order: Order, session: Session) -> Receipt:
    session.add(entry(order, 1))
    await session.flush()
    await asyncio.sleep(order.seconds)
    return Receipt(key=order.key, parts=[1])


@app.post("/hurried")
async def give_up_a_statement(order: Order, session: Session) -> Receipt:
    """A statement that is cancelled half-way, in a request that fails with it."""
    session.add(entry(order, 1))
    await session.flush()
    try:
        async with asyncio.timeout(order.seconds):
            for part in (2, 3, 4):
                session.add(entry(order, part))
                await session.flush()
    except TimeoutError:
        raise HTTPException(504, "too slow") from None
    return Receipt(key=order.key, parts=[1, 2, 3, 4])


@app.post("/hurried-on")
async def go_on_without_a_statement(order: Order, session: Session) -> Receipt:
    """A statement that is cancelled half-way, in a request that goes on."""
    parts = [1]
    session.add(entry(order, 1))
    await session.flush()
    try:
        async with asyncio.timeout(order.seconds):
            for part in (2, 3, 4):
                await insert(session, order, part)
                parts.append(part)
    except TimeoutError:
        pass
    return Receipt(key=order.key, parts=parts)


@app.post("/raise")
async def raise_afterwards(order: Order, session: Session) -> Receipt:
    session.add(entry(order, 1))
    await session.flush()
    raise RuntimeError("on purpose")


@app.post("/raise-sync")
def raise_afterwards_sync(order: Order, session: SyncSession) -> Receipt:
    session.add(entry(order, 1))
    session.flush()
    raise HTTPException(409, "on purpose")


@app.post("/misfit", response_model=Receipt)
async def answer_what_does_not_fit(order: Order, session: Session) -> Any:
    session.add(entry(order, 1))
    await session.flush()
    return {"key": order.key, "parts": "not a list"}


async def fail_after(session: Session) -> AsyncGenerator[None, None]:
    yield
    await session.flush()
    raise RuntimeError("on purpose, after the endpoint")


@app.post("/late")
async def fail_in_a_dependency(
    order: Order, session: Session, _: Annotated[None, Depends(fail_after, scope="function")]
) -> Receipt:
    session.add(entry(order, 1))
    return Receipt(key=order.key, parts=[1])


@app.post("/deferred")
async def break_a_constraint(order: Order, session: Session) -> Receipt:
    session.add(entry(order, 1))
    await session.flush()
    session.add(entry(order, 2, owner_id=NO_OWNER))
    return Receipt(key=order.key, parts=[1, 2])


@app.post("/deferred-sync")
def break_a_constraint_sync(order: Order, session: SyncSession) -> Receipt:
    session.add(entry(order, 1))
    session.flush()
    session.add(entry(order, 2, owner_id=NO_OWNER))
    return Receipt(key=order.key, parts=[1, 2])


@app.post("/refused")
async def meet_a_trigger(order: Order, session: Session) -> Receipt:
    session.add(entry(order, 1))
    await session.flush()
    session.add(entry(order, UNDOING_PART))
    return Receipt(key=order.key, parts=[1, UNDOING_PART])


@app.post("/undone")
async def catch_what_undoes_everything(order: Order, session: Session) -> Receipt:
    await insert(session, order, 1)
    try:
        await insert(session, order, UNDOING_PART)
    except DBAPIError as error:
        if error.connection_invalidated:
            raise
    await insert(session, order, 3)
    return Receipt(key=order.key, parts=[1, 3])


@app.get("/entries/{key}")
async def read(key: str, session: ReadOnlySession) -> Receipt:
    parts = await session.scalars(select(Entry.part).where(Entry.key == key).order_by(Entry.part))
    return Receipt(key=key, parts=list(parts))


@app.get("/pools")
async def pools() -> dict[str, float]:
    """Connections of all pools: used, idle, and requests that wait for one."""
    found = {"used": 0.0, "idle": 0.0, "waiting": 0.0}
    for measured in db.metrics():
        if measured.name.endswith("connection.count"):
            found[measured.labels["db.client.connection.state"]] += measured.value
        elif measured.name.endswith("pending_requests"):
            found["waiting"] += measured.value
    return found


if os.environ.get("FAULTS_DEADLINES"):

    @app.middleware("http")
    async def deadline(
        request: Request, call_next: Callable[[Request], Awaitable[Response]]
    ) -> Any:
        """Give up requests that take longer than their client wants to wait, wherever they are."""
        seconds = request.headers.get("x-deadline")
        try:
            async with asyncio.timeout(float(seconds) if seconds else None):
                return await call_next(request)
        except TimeoutError:
            return JSONResponse({"detail": DEADLINE}, 504)


DEADLINE = "The deadline is over. Whether anything was written is not known."
