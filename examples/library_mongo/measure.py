"""What embedding and referencing cost: commands, bytes and time.

Usage: python -m measure [BOOKS]

It uses the MongoDB at `MONGO_URL`, or else an emulator, and says which. Commands and bytes are the
same on both. Times are not: those of the emulator say how the two ways compare there, and nothing
about MongoDB.
"""

import asyncio
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import bson
import embedded
import referenced
from library import MODELS
from pymongo import monitoring
from reviews import Review

from talarian.mongo import Mongo
from talarian.mongo.testing import mongo_server

REVIEWS = (10, 100, 1000)
"""How many reviews each book has."""
REPEATS = 15
LARGEST = 16 * 1024 * 1024
"""Bytes that a document may have: https://www.mongodb.com/docs/manual/reference/limits/"""

REVIEW = Review(stars=5, text="I could not stop reading, and neither will you. " * 4)


@dataclass
class Cost:
    """What one operation takes."""

    commands: int
    received: int
    """Bytes of the server's answers."""
    milliseconds: float


class Meter(monitoring.CommandListener):
    """Counts commands, and the bytes of their answers."""

    def __init__(self) -> None:
        self.commands = self.received = 0

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        self.commands += 1

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        self.received += len(bson.encode(event.reply))

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        raise RuntimeError(f"{event.command_name} failed: {event.failure}")


METER = Meter()


async def cost(operation: Callable[[], Awaitable[object]]) -> Cost:
    """The cost of an operation: the median of its times, and what one run sends."""
    times: list[float] = []
    for _ in range(REPEATS):
        METER.commands = METER.received = 0
        begin = time.perf_counter()
        await operation()
        times.append((time.perf_counter() - begin) * 1000)
    return Cost(METER.commands, METER.received, statistics.median(times))


async def fill(mongo: Mongo, books: int, reviews: int) -> None:
    """Store books, each with as many reviews, in both ways."""
    readers = [f"reader-{number}" for number in range(reviews)]
    isbns = [f"{number:06}" for number in range(books)]
    await mongo.collection(embedded.Book).insert_many(
        embedded.Book(isbn=isbn, title="Emma", reviews=dict.fromkeys(readers, REVIEW))
        for isbn in isbns
    )
    await mongo.collection(referenced.Book).insert_many(
        referenced.Book(isbn=isbn, title="Emma") for isbn in isbns
    )
    for isbn in isbns:
        await mongo.collection(referenced.BookReview).insert_many(
            referenced.BookReview(isbn=isbn, reader=reader, **REVIEW.model_dump())
            for reader in readers
        )


def operations(mongo: Mongo) -> Iterable[tuple[str, str, Callable[[], Awaitable[object]]]]:
    """What is measured: its name, the way, the operation."""
    books = mongo.collection(embedded.Book)
    others, reviews = mongo.collection(referenced.Book), mongo.collection(referenced.BookReview)
    yield "read a book with its reviews", "embedded", lambda: embedded.read_book("000001", books)
    yield (
        "read a book with its reviews",
        "referenced",
        lambda: referenced.read_book("000001", others, reviews),
    )
    yield "list 20 titles", "embedded", lambda: embedded.read_titles(books)
    yield "list 20 titles", "embedded, whole", lambda: books.find(sort=["isbn"], limit=20)
    yield "list 20 titles", "referenced", lambda: referenced.read_titles(others)
    yield (
        "add or change a review",
        "embedded",
        lambda: embedded.put_review("000001", "reader-1", REVIEW, books),
    )
    yield (
        "add or change a review",
        "referenced",
        lambda: referenced.put_review("000001", "reader-1", REVIEW, others, reviews),
    )


async def measure(url: str, books: int) -> None:
    """Print the table."""
    monitoring.register(METER)
    row = "{:<30}{:<17}{:>8}{:>10}{:>14}{:>10}".format
    print(row("", "", "reviews", "commands", "bytes read", "ms"))
    for reviews in REVIEWS:
        mongo = Mongo(url, models=MODELS)
        async with mongo.opened(creates_indexes=True):
            try:
                await fill(mongo, books, reviews)
                for what, way, operation in operations(mongo):
                    it = await cost(operation)
                    figures = (reviews, it.commands, f"{it.received:,}", f"{it.milliseconds:.1f}")
                    print(row(what, way, *figures))
                await _print_sizes(mongo, reviews)
            finally:
                await mongo.client.drop_database(mongo.database.name)


async def _print_sizes(mongo: Mongo, reviews: int) -> None:
    stored: dict[str, Any] | None = await mongo.collection(embedded.Book).raw.find_one({})
    size = len(bson.encode(stored or {}))
    print(f"  an embedded book has {size:,} bytes; {LARGEST * reviews // size:,} reviews fit\n")


def main(arguments: Sequence[str]) -> None:
    """Run the measurement."""
    books = int(arguments[0]) if arguments else 25
    with mongo_server() as server:
        print("on an emulator (nx-27017)" if server.is_emulator else "on the MongoDB at MONGO_URL")
        asyncio.run(measure(server.new_url(), books))


if __name__ == "__main__":
    main(sys.argv[1:])
