"""Both ways do the same for their clients."""

from collections.abc import Generator

import pytest
from library import MODELS, create_app

from talarian.mongo import Mongo
from talarian.testclient import TestClient


@pytest.fixture
def client(mongo_url: str) -> Generator[TestClient, None, None]:
    mongo = Mongo(mongo_url, models=MODELS)
    with TestClient(create_app(mongo)) as client:
        yield client
        assert client.portal is not None
        client.portal.call(mongo.client.drop_database, mongo.database.name)


@pytest.mark.parametrize("way", ["embedded", "referenced"])
def test_books_and_their_reviews(client: TestClient, way: str) -> None:
    books, emma = f"/{way}/books", {"isbn": "1", "title": "Emma"}
    assert client.post(books, json=emma).status_code == 201
    assert client.post(books, json=emma).status_code == 409
    good, better = {"stars": 4, "text": "Good."}, {"stars": 5, "text": "Better."}
    for reader, review in (("ann", good), ("bob", good), ("ann", better)):
        answer = client.put(f"{books}/1/reviews/{reader}", json=review)
        assert answer.status_code == 204
    assert client.get(f"{books}/1").json() == emma | {"reviews": {"ann": better, "bob": good}}
    assert client.get(books).json() == [emma]


@pytest.mark.parametrize("way", ["embedded", "referenced"])
def test_what_is_refused(client: TestClient, way: str) -> None:
    review = {"stars": 4, "text": "Good."}
    assert client.put(f"/{way}/books/none/reviews/ann", json=review).status_code == 404
    assert client.get(f"/{way}/books/none").status_code == 404
    for reader in ("$set", "a.b", "A", "x" * 41):
        answer = client.put(f"/{way}/books/1/reviews/{reader}", json=review)
        assert answer.status_code == 422
