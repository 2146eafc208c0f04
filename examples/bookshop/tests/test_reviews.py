from typing import Any

import pytest
from talarian.sql import Database
from talarian.testclient import TestClient

from bookshop.main import create_app
from bookshop.settings import ShopSettings


def add(client: TestClient, book: int, **review: Any) -> Any:
    return client.post(f"/api/books/{book}/reviews", json={"reviewer": "Ada", **review})


def test_a_review_is_added_and_counts(client: TestClient, book: int) -> None:
    answer = add(client, book, rating=5, text="Quietly angry.")
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/api/reviews/{answer.json()['id']}"
    assert client.get(answer.headers["Location"]).json() == answer.json()
    add(client, book, reviewer="Ben", rating=2)
    shown = client.get(f"/api/books/{book}").json()
    assert (shown["rating"], shown["review_count"]) == (3.5, 2)


def test_reviews_come_newest_first_in_pages(client: TestClient, book: int) -> None:
    for name in ("Ada", "Ben", "Cyd"):
        add(client, book, reviewer=name, rating=4)
    path = f"/api/books/{book}/reviews"
    first = client.get(path, params={"limit": 2}).json()
    # What is written meanwhile moves nothing.
    add(client, book, reviewer="Dan", rating=4)
    second = client.get(path, params={"limit": 2, "cursor": first["next"]}).json()
    names = [review["reviewer"] for page in (first, second) for review in page["items"]]
    assert names == ["Cyd", "Ben", "Ada"]
    assert second["next"] is None


def test_a_reader_reviews_a_book_once(client: TestClient, book: int) -> None:
    add(client, book, rating=5)
    answer = add(client, book, rating=1)
    assert answer.status_code == 409
    assert [error["loc"] for error in answer.json()["detail"]] == [["body", "reviewer"]]
    assert client.get(f"/api/books/{book}").json()["rating"] == 5


def test_put_replaces_and_patch_changes(client: TestClient, book: int) -> None:
    created = add(client, book, rating=5, text="Lovely.")
    path = created.headers["Location"]
    assert client.patch(path, json={"rating": 4}).json() == created.json() | {"rating": 4}
    assert client.patch(path, json={"book_id": 1}).status_code == 422
    replaced = client.put(path, json={"reviewer": "Ada", "rating": 3}).json()
    assert replaced == created.json() | {"rating": 3, "text": ""}
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("rating", [0, 6, 4.5, "many", None])
def test_a_rating_is_one_to_five_whole_stars(client: TestClient, book: int, rating: object) -> None:
    answer = add(client, book, rating=rating)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", "rating"]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_reviews_of_an_unknown_book_are_404(client: TestClient, method: str) -> None:
    body = {"reviewer": "Ada", "rating": 5} if method == "POST" else None
    assert client.request(method, "/api/books/9999/reviews", json=body).status_code == 404


def test_a_shop_may_take_no_reviews(db: Database) -> None:
    with TestClient(create_app(db, ShopSettings(reviews_open=False))) as client:
        assert add(client, 1, rating=5).status_code == 403
        assert client.get("/api/books/1/reviews").json()["items"]
