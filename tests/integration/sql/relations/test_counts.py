"""Each shape of response takes its number of queries, whether there is one row or a hundred."""

from typing import Any

import pytest
from sqlalchemy.orm import selectinload

from talarian import Talarian
from talarian.sql import Database, LazyLoadError, ReadOnlySession, ReadOnlySyncSession
from talarian.sql.relations import select_for
from talarian.sql.testing import count_queries
from tests.integration.sql.relations import shown
from tests.integration.sql.relations.library import (
    MOST,
    Author,
    Book,
    Category,
    Medium,
    Order,
    Tag,
)
from tests.integration.sql.serving import client_of

pytestmark = pytest.mark.anyio

REVIEWS = [{"stars": 5}, {"stars": 4}, {"stars": 3}]
TAG = {"name": "tag 0"}
AUTHOR = {"name": "author 0", "country": {"name": "country 0"}}
BOOK = {"title": "title 0", "author": AUTHOR}
FULL_BOOK = {**BOOK, "tags": [TAG], "reviews": REVIEWS}

SHAPES = [
    pytest.param(shown.PlainOut, Book, 1, {"title": "title 0"}, id="columns"),
    pytest.param(shown.BookOut, Book, 1, BOOK, id="many-to-one, twice"),
    pytest.param(shown.FullBookOut, Book, 3, FULL_BOOK, id="with two collections"),
    pytest.param(
        shown.AuthorWithBooksOut, Author, 4, {"name": "author 0", "books": [FULL_BOOK]}, id="nested"
    ),
    pytest.param(
        shown.AliasedOut,
        Book,
        3,
        {"title": "title 0", "tags": [TAG], "writer": "author 0", "stars": 5},
        id="aliases",
    ),
    pytest.param(
        shown.NamedOut,
        Book,
        2,
        {
            "name": "title 0",
            "beginning": "once",
            "shouted": "TITLE 0",
            "tag_names": ["tag 0"],
            "tags": ["tag 0"],
            "from_elsewhere": 7,
            "number_of_tags": 1,
        },
        id="properties and proxies",
    ),
    pytest.param(
        shown.RootedOut,
        Book,
        3,
        {"reviews": REVIEWS, "best_reviews": [{"stars": 5}, {"stars": 4}]},
        id="root models and view-only",
    ),
    pytest.param(
        shown.ValidatedOut, Book, 1, {"title": "once upon a time"}, id="a validator of the object"
    ),
    pytest.param(
        shown.OrderOut,
        Order,
        2,
        {"lines": [{"copies": 2, "book": {"title": "title 0"}}], "books": [{"title": "title 0"}]},
        id="association object",
    ),
    pytest.param(shown.MediumOut, Medium, 1, {"title": "paper 0"}, id="what all subclasses have"),
    pytest.param(shown.OrderNumberOut, Order, 1, {"id": 1}, id="not what is always loaded"),
]


def app_of(db: Database, response: Any, entity: Any, **options: Any) -> Talarian:
    app = Talarian(extensions=[db])
    statement = select_for(response, entity, **options).order_by(entity.id)

    @app.get("/async", response_model=list[response])
    async def read(session: ReadOnlySession, limit: int) -> Any:
        return (await session.scalars(statement.limit(limit))).all()

    @app.get("/sync", response_model=list[response])
    def read_sync(session: ReadOnlySyncSession, limit: int) -> Any:
        return session.scalars(statement.limit(limit)).all()

    return app


@pytest.mark.parametrize(("response", "entity", "number", "first"), SHAPES)
async def test_the_number_does_not_grow(
    library: Database, response: Any, entity: Any, number: int, first: Any
) -> None:
    async with client_of(app_of(library, response, entity)) as client:
        for path in ("/async", "/sync"):
            for rows in (1, 10, MOST):
                with count_queries(library, number):
                    answer = await client.get(path, params={"limit": rows})
                found = answer.json()
                assert len(found) == rows
                assert _sorted(found[0]) == first


def _sorted(found: Any) -> Any:
    """A relationship without order_by comes in any order."""
    if isinstance(found, dict):
        best = found.get("best_reviews")
        return {**found, "best_reviews": sorted(best, key=str, reverse=True)} if best else found
    return found


async def test_polymorphic_entities(library: Database) -> None:
    app = app_of(library, shown.PaperOut | shown.AudioOut, Medium)
    async with client_of(app) as client:
        for path in ("/async", "/sync"):
            for rows in (2, 10, MOST):
                # The list, and the columns of each kind, for audio with its reader.
                with count_queries(library, 3):
                    found = (await client.get(path, params={"limit": rows})).json()
                assert found[0] == {"kind": "paper", "pages": 300}
                reader = {"name": "author 1", "country": {"name": "country 1"}}
                assert found[1] == {"kind": "audio", "minutes": 60, "reader": reader}


async def test_many_to_many_from_the_other_side(library: Database) -> None:
    async with client_of(app_of(library, shown.TagWithBooksOut, Tag)) as client:
        with count_queries(library, 2):
            found = (await client.get("/async", params={"limit": 9})).json()
    assert [len(tag["books"]) for tag in found] == [100, 75, 50, 25]


TREE = {"name": "root", "children": [{"name": "a", "children": [{"name": "b", "children": []}]}]}


async def test_a_tree_is_loaded_to_its_depth(library: Database) -> None:
    app = app_of(library, shown.CategoryOut, Category, depth=3)
    async with client_of(app) as client:
        # The last of the four finds that nothing is deeper.
        with count_queries(library, 4):
            (root,) = (await client.get("/async", params={"limit": 1})).json()
        assert root == TREE
    async with client_of(app_of(library, shown.ParentOut, Category)) as client:
        with count_queries(library, 1):
            found = (await client.get("/async", params={"limit": 2})).json()
    assert found[1] == {"name": "a", "parent": {"name": "root"}}


@pytest.mark.parametrize("path", ["/async", "/sync"])
async def test_a_tree_that_is_deeper_is_an_error(library: Database, path: str) -> None:
    app = app_of(library, shown.CategoryOut, Category, depth=2)
    errors: list[Exception] = []

    @app.exception_handler(Exception)
    async def keep(request: Any, error: Exception) -> Any:
        errors.append(error)

    async with client_of(app) as client:
        assert (await client.get(path, params={"limit": 1})).status_code == 500
    text = str(errors[0])
    assert "CategoryOut is loaded to depth=2" in text
    assert "Category.children was not loaded" in text


async def test_what_is_not_shown_is_not_read(library: Database) -> None:
    statement = select_for(shown.BookOut, Book).limit(1)
    async with library, library.transaction() as session:
        book = (await session.scalars(statement)).one()
        with pytest.raises(LazyLoadError, match=r"BookOut shows: add Book\.tags to"):
            _ = book.tags
        with pytest.raises(LazyLoadError, match=r"what BookOut shows.*It was read"):
            _ = book.text
    with library.sync_transaction() as session:
        book = session.scalars(statement).one()
        with pytest.raises(LazyLoadError, match=r"selectinload\(Book\.tags\).*what BookOut shows"):
            _ = book.tags
        with pytest.raises(LazyLoadError, match=r"Author\.books was not loaded"):
            _ = book.author.books
        # Those are not asked for by reading an attribute.
        session.refresh(book, ["tags"])
        assert book.tags
        session.delete(book)  # which cascades to reviews
        session.rollback()
    library.close_sync()


async def test_an_endpoint_may_load_more(library: Database) -> None:
    statement = select_for(shown.PlainOut, Book).options(selectinload(Book.tags)).limit(1)
    whole = select_for(shown.PlainOut, Book, all_columns=True).limit(1)
    async with library, library.transaction() as session:
        book = (await session.scalars(statement)).one()
        assert book.tags
        # Keys and the version are there without being shown.
        assert (book.author_id, book.version) == (1, 1)
        session.expunge_all()
        assert (await session.scalars(whole)).one().text == "once upon a time"
