"""How many queries each endpoint sends, whatever the number of rows."""

from typing import Any

import pytest
from talarian.sql import Database
from talarian.sql.testing import count_queries
from talarian.testclient import TestClient

NEW: dict[str, Any] = {"title": "Villette", "author_id": 1, "year": 1853}

READING = [
    # Books with their authors and ratings, and all of their tags.
    ("/api/books?limit=1", 2),
    ("/api/books?limit=100", 2),
    ("/api/books?limit=100&sort=-rating&q=the&tag=gothic&rating__ge=3", 2),
    ("/api/books/1", 2),
    ("/api/books/1/reviews", 2),
    ("/api/reviews/1", 1),
    # Authors with the number of their books; one with the books.
    ("/api/authors?limit=100", 1),
    ("/api/authors/1", 2),
    ("/api/tags?limit=100", 1),
    ("/api/tags/1", 1),
]

WRITING = [
    # Tags; the book; its tags; what is shown of it, in two.
    ("POST", "/api/books", NEW | {"tag_ids": [1, 2, 3]}, 5),
    # The book, in two; tags; the book; tags taken out, tags put in; what is shown, in two.
    ("PUT", "/api/books/1", NEW | {"tag_ids": [2, 4, 5]}, 8),
    ("PATCH", "/api/books/1", {"year": 1854}, 5),
    ("DELETE", "/api/books/1", None, 2),
    ("POST", "/api/books/1/restore", None, 3),  # it was not removed, so nothing is written
    ("POST", "/api/books/1/reviews", {"reviewer": "Ada", "rating": 5}, 2),
    ("PATCH", "/api/reviews/1", {"rating": 1}, 2),
    ("DELETE", "/api/reviews/1", None, 2),
    ("POST", "/api/authors", {"name": "Sappho"}, 2),
    ("PATCH", "/api/authors/1", {"born": 1}, 3),
    ("POST", "/api/tags", {"name": "poetry"}, 2),
    ("PUT", "/api/tags/1", {"name": "poetry"}, 3),
    ("DELETE", "/api/tags/1", None, 2),
]


@pytest.mark.parametrize(("path", "number"), READING)
def test_reading(client: TestClient, db: Database, path: str, number: int) -> None:
    with count_queries(db, number):
        assert client.get(path).status_code == 200


@pytest.mark.parametrize(("method", "path", "body", "number"), WRITING)
def test_writing(
    client: TestClient, db: Database, method: str, path: str, body: Any, number: int
) -> None:
    with count_queries(db, number):
        answer = client.request(method, path, json=body)
    assert answer.is_success, answer.text
