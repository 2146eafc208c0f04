"""A row is read from SQLite through a session that a dependency yields."""

# FastAPI is not installed where types are checked: one process has the real one, another the hook.
# mypy: disable-error-code="import-not-found,untyped-decorator"
# pyright: basic, reportMissingImports=false

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from benchmarks.app.data import COUNT


class Base(DeclarativeBase):
    pass


class Book(Base):
    __tablename__ = "books"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]


make_session = async_sessionmaker[AsyncSession](expire_on_commit=False)


@asynccontextmanager
async def lifespan(_: Any) -> AsyncIterator[None]:
    with TemporaryDirectory() as folder:
        engine = create_async_engine(f"sqlite+aiosqlite:///{Path(folder) / 'books.db'}")
        async with engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        make_session.configure(bind=engine)
        async with make_session.begin() as session:
            session.add_all(Book(id=each, title=f"book {each}") for each in range(COUNT))
        yield
        await engine.dispose()


app = FastAPI(lifespan=lifespan)


async def get_session() -> AsyncIterator[AsyncSession]:
    async with make_session() as session:
        yield session


@app.get("/books/{book_id}")
async def read_book(
    book_id: int, session: Annotated[AsyncSession, Depends(get_session)]
) -> dict[str, Any]:
    book = await session.get(Book, book_id)
    if book is None:
        raise HTTPException(404, "No such book")
    return {"id": book.id, "title": book.title}
