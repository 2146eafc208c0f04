"""Puts the first stock on the shelves: `python -m bookshop.seed`. A second time does nothing."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from talarian.sql import Database

from bookshop.library import LIBRARY, TAGS
from bookshop.models import Author, Book, Review, Tag

OPENING = datetime(2024, 1, 1, 12, tzinfo=UTC)


async def seed(db: Database) -> bool:
    """Fill an empty shop, and say whether it was empty. It is filled as a whole or not at all."""
    try:
        return await fill(db)
    except IntegrityError:
        # Somebody else may have filled it in the same moment. Their authors are seen now.
        return await fill(db)


async def fill(db: Database) -> bool:
    """Do what `seed` does, unless somebody else does it at the same time."""
    async with db.transaction() as session:
        if await session.scalar(select(Author.id).limit(1)) is not None:
            return False
        session.add_all(classics())
        return True


def classics() -> Iterator[Author]:
    """New authors with their books, reviews and tags, to be added to a session."""
    tags = {name: Tag(name=name) for name in TAGS}
    days = count()
    for name, born, about, books in LIBRARY:
        author = Author(name=name, born=born, about=about)
        for title, year, description, opinions in books:
            book = Book(title=title, year=year, description=description)
            book.tags = [tag for tag in tags.values() if title in TAGS[tag.name]]
            book.reviews = [
                Review(reviewer=reader, rating=stars, text=text, created_at=day(next(days)))
                for reader, stars, text in opinions
            ]
            author.books.append(book)
        yield author


def day(number: int) -> datetime:
    """A day for each review, scattered over two years: 211 and 730 share no factor."""
    return OPENING + timedelta(days=number * 211 % 730)


async def main() -> None:
    from bookshop.main import db

    async with db:
        filled = await seed(db)
    print("The shelves are filled." if filled else "There are books on the shelves already.")


if __name__ == "__main__":
    asyncio.run(main())
