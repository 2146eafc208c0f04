"""What a page costs in a table of 1,000,000 rows: by cursor, and by number.

Usage: python -m benchmarks.pagination [ROWS]. SQLite is a temporary file; PostgreSQL is the
server at POSTGRES_URL, in a database that is dropped at the end. Each figure is the median of
several reads of one page of 20 rows, in milliseconds, through the same code that endpoints use.
By cursor there are two orders: one that a single condition cuts, and a harder one, in which a third
of all rows are equal in the first column and the second has the other direction.
"""

import asyncio
import os
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Sequence
from contextlib import asynccontextmanager, contextmanager

from sqlalchemy import Index, create_engine, insert, make_url, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from talarian import Request, Response
from talarian.resources import Keyset, Offset, Ordering
from talarian.resources.cursors import CursorSigner
from talarian.sql import Database, DatabaseSettings

PAGE = 20
PAGES = (1, 100, 1_000, 10_000, 50_000)
REPEATS = 41
BATCH = 10_000
POSTGRESQL = os.environ.get("POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")


class Base(DeclarativeBase):
    pass


class Row(Base):
    """Ten rows have the same rank, so that the order needs its second column."""

    __tablename__ = "benchmark_rows"
    __table_args__ = (
        Index("ix_benchmark_rows_rank", "rank", "id"),
        Index("ix_benchmark_rows_shelf", "shelf", text("rank DESC"), text("id DESC")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    shelf: Mapped[int]
    rank: Mapped[int]
    word: Mapped[str]


ORDER = Ordering(Row, Row.rank)
HARDER = Ordering(Row, Row.shelf, Row.rank.desc())
SIGNER = CursorSigner("for this benchmark")


async def fill(db: Database, rows: int) -> None:
    await db.create_tables()
    for start in range(0, rows, BATCH):
        async with db.transaction() as session:
            numbers = range(start + 1, min(start + BATCH, rows) + 1)
            values = [
                {"id": n, "shelf": n % 3, "rank": n // 10, "word": f"word {n}"} for n in numbers
            ]
            await session.execute(insert(Row), values)
    async with db.transaction() as session:
        await session.execute(text("ANALYZE"))


def request() -> Request:
    scope = {"type": "http", "method": "GET", "path": "/rows", "query_string": b"", "headers": []}
    return Request(scope | {"server": ("localhost", 80)})


async def cursor_of(session: AsyncSession, order: Ordering, page: int) -> str | None:
    """Where a page begins: one large page leads there."""
    if page == 1:
        return None
    before = Keyset(request(), Response(), SIGNER, None, PAGE * (page - 1))
    return (await before.page(session, select(Row.id), order)).next


async def by_cursor(session: AsyncSession, order: Ordering, page: int) -> float:
    cursor = await cursor_of(session, order, page)

    async def read() -> Sequence[Row]:
        wanted = Keyset(request(), Response(), SIGNER, cursor, PAGE)
        return (await wanted.page(session, select(Row), order)).items

    return await milliseconds(session, read)


async def by_number(session: AsyncSession, order: Ordering, page: int) -> float:
    async def read() -> Sequence[Row]:
        wanted = Offset(request(), Response(), PAGE * (page - 1), PAGE, total=False)
        return (await wanted.page(session, select(Row), order)).items

    return await milliseconds(session, read)


async def milliseconds(
    session: AsyncSession, read: Callable[[], Awaitable[Sequence[Row]]]
) -> float:
    """The median. Not in turns: a page by number reads the table through, and leaves the database's
    cache full of what the page by cursor has no use for."""
    taken: list[float] = []
    for _ in range(REPEATS):
        session.expunge_all()
        begin = time.perf_counter()
        rows = await read()
        taken.append(time.perf_counter() - begin)
        assert len(rows) == PAGE
    return statistics.median(taken) * 1000


@contextmanager
def sqlite() -> Generator[str, None, None]:
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{folder}/pages.db"


@contextmanager
def postgresql() -> Generator[str, None, None]:
    server = make_url(POSTGRESQL)
    name = f"talarian_pages_{uuid.uuid4().hex[:8]}"
    admin = create_engine(server.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.dispose()


@asynccontextmanager
async def filled(url: str, rows: int) -> AsyncGenerator[Database, None]:
    settings = DatabaseSettings(query_warnings=False)  # reading one page again and again is no bug
    async with Database(url, models=Base, settings=settings) as db:
        begin = time.perf_counter()
        await fill(db, rows)
        print(f"{rows:,} rows in {time.perf_counter() - begin:.0f} s", file=sys.stderr)
        yield db


async def measure(name: str, url: str, rows: int) -> None:
    async with filled(url, rows) as db:
        for page in PAGES:
            if page * PAGE <= rows:
                async with db.transaction(read_only=True) as session:
                    times = (
                        await by_cursor(session, ORDER, page),
                        await by_cursor(session, HARDER, page),
                        await by_number(session, ORDER, page),
                    )
                shown = " | ".join(f"{each:.2f} ms" for each in times)
                print(f"| {name} | {page:,} | {shown} |", flush=True)


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    print("| database | page | by cursor | by cursor, harder order | by number |")
    print("|---|---:|---:|---:|---:|")
    for name, database in (("SQLite", sqlite), ("PostgreSQL", postgresql)):
        with database() as url:
            asyncio.run(measure(name, url, rows))


if __name__ == "__main__":
    main()
