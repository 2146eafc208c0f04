from collections.abc import Generator
from pathlib import Path

import pytest
from talarian import Talarian
from talarian.testclient import TestClient

from bookshop.main import create_app


@pytest.fixture
def app(tmp_path: Path) -> Talarian:
    """A shop with a database of its own."""
    return create_app(f"sqlite+aiosqlite:///{tmp_path}/bookshop.db")


@pytest.fixture
def client(app: Talarian) -> Generator[TestClient]:
    """A visitor to the shop, just after it opened with its first stock."""
    with TestClient(app) as client:
        yield client


@pytest.fixture
def author(client: TestClient) -> int:
    """The id of an author without books."""
    answer = client.post("/api/authors", json={"name": "Anne Brontë", "born": 1820})
    return int(answer.json()["id"])


@pytest.fixture
def book(client: TestClient, author: int) -> int:
    """The id of a book without reviews."""
    book = {"title": "Agnes Grey", "author_id": author, "year": 1847, "description": "A governess."}
    return int(client.post("/api/books", json=book).json()["id"])
