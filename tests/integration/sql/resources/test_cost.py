"""Every page costs the same: counted in rows that the database examines, not in time."""

import json
from collections.abc import AsyncGenerator, Callable
from typing import Any

import pytest
from sqlalchemy import Connection, event, insert, select, text

from talarian import Request, Response
from talarian.resources import Keyset, Offset, Ordering, Resources, Slice
from talarian.sql import Database, DatabaseSettings
from tests.integration.sql.resources.stones import ONE_CONDITION, ORDERS, Quarry, Stone, stone
from tests.integration.sql.targets import only_on

pytestmark = [pytest.mark.anyio, only_on("sqlite", "asyncpg", "asyncmy")]

ROWS, LIMIT = 30_000, 10
# Candidates are read, put together, and looked up; MariaDB counts each time.
MOST, MOST_IN_RANGES = 8 * LIMIT, 25 * LIMIT


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """For as long as the stones are there."""
    return "asyncio"


@pytest.fixture(scope="module")
async def stones(url: str) -> AsyncGenerator[Database, None]:
    settings = DatabaseSettings(query_warnings=False)  # one page after the other is no bug here
    async with Database(url, models=Quarry, settings=settings) as db:
        await db.create_tables()
        async with db.transaction() as session:
            await session.execute(insert(Stone), [stone(n) for n in range(1, ROWS + 1)])
        async with db.transaction() as session:
            is_maria = session.get_bind().dialect.name in ("mysql", "mariadb")
            await session.execute(text("ANALYZE TABLE res_stones" if is_maria else "ANALYZE"))
        yield db


def request() -> Request:
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []}
    return Request(scope | {"server": ("test", 80)})


async def cursor_at(db: Database, order: Ordering, row: int) -> str | None:
    """The cursor of the page that begins behind so many rows."""
    if not row:
        return None
    async with db.transaction(read_only=True) as session:
        before = Keyset(request(), Response(), Resources().signer, None, row)
        return (await before.page(session, select(Stone.id), order)).next


async def examined(db: Database, read: Callable[[Any], Any]) -> int:
    """How many rows the database looks at for the statements that `read` sends."""
    async with db.transaction(read_only=True) as session:
        connection = await session.connection()
        dialect = connection.dialect.name
        if dialect in ("mysql", "mariadb"):
            before = await connection.run_sync(_handler_reads)
            await read(session)
            return await connection.run_sync(_handler_reads) - before
        if dialect == "sqlite":
            return await _sqlite_steps(session, read)
        sent: list[tuple[str, Any]] = []

        def listen(*arguments: Any) -> None:
            sent.append((arguments[2], arguments[3]))

        event.listen(db.engine.sync_engine, "before_cursor_execute", listen)
        try:
            await read(session)
        finally:
            event.remove(db.engine.sync_engine, "before_cursor_execute", listen)
        return sum([await connection.run_sync(_analysed, *each) for each in sent])


def _handler_reads(connection: Connection) -> int:
    rows = connection.execute(text("SHOW SESSION STATUS LIKE 'Handler_read%'"))
    return sum(int(value) for name, value in rows if name != "Handler_read_rnd_deleted")


async def _sqlite_steps(session: Any, read: Callable[[Any], Any]) -> int:
    """Steps of its machine, about twelve for a row of these."""
    raw = await (await session.connection()).get_raw_connection()
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    await raw.driver_connection.set_progress_handler(count, 12)
    await read(session)
    await raw.driver_connection.set_progress_handler(None, 0)
    return steps


def _analysed(connection: Connection, statement: str, parameters: Any) -> int:
    explained = connection.exec_driver_sql(
        f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", tuple(parameters)
    ).scalar_one()
    plan = json.loads(explained) if isinstance(explained, str) else explained
    return _rows_of(plan[0]["Plan"])


def _rows_of(node: dict[str, Any]) -> int:
    inner = sum(map(_rows_of, node.get("Plans", [])))
    if "Relation Name" not in node:
        return inner
    removed = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    return inner + int((node["Actual Rows"] + removed) * node["Actual Loops"])


@pytest.mark.parametrize("name", ORDERS)
async def test_a_page_by_cursor(stones: Database, name: str) -> None:
    costs: dict[str, int] = {}
    for row in (0, LIMIT, ROWS // 2, ROWS - 2 * LIMIT):
        cursor = await cursor_at(stones, ORDERS[name], row)
        costs[f"page at {row}"], before = await page_at(stones, name, cursor)
        if row > LIMIT:
            costs[f"page before {row}"], _ = await page_at(stones, name, before)
    assert max(costs.values()) <= (MOST if name in ONE_CONDITION else MOST_IN_RANGES), costs


async def page_at(db: Database, name: str, cursor: str | None) -> tuple[int, str | None]:
    """What a page costs, and the cursor of the page before it."""
    pages: list[Slice[Stone]] = []

    async def read(session: Any) -> None:
        page = Keyset(request(), Response(), Resources().signer, cursor, LIMIT)
        pages.append(await page.page(session, select(Stone), ORDERS[name]))

    cost = await examined(db, read)
    assert len(pages[0].items) == LIMIT
    return cost, pages[0].previous


async def test_a_page_by_number_is_the_control(stones: Database) -> None:
    """What is counted does grow where rows are skipped: the count is one that can fail."""

    async def read(session: Any) -> None:
        page = Offset(request(), Response(), ROWS // 2, LIMIT, total=False)
        await page.page(session, select(Stone), ORDERS["key"])

    assert await examined(stones, read) > MOST_IN_RANGES
