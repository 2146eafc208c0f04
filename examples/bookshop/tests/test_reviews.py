import pytest
from talarian.testclient import TestClient


def test_a_review_is_added_and_counts(client: TestClient, book: int) -> None:
    reviews = f"/api/books/{book}/reviews"
    answer = client.post(reviews, json={"reviewer": "Ada", "rating": 5, "text": "Quietly angry."})
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/api/reviews/{answer.json()['id']}"
    assert client.get(answer.headers["Location"]).json() == answer.json()
    client.post(reviews, json={"reviewer": "Ben", "rating": 2})
    shown = client.get(f"/api/books/{book}").json()
    assert (shown["rating"], shown["review_count"]) == (3.5, 2)


def test_reviews_come_newest_first_in_pages(client: TestClient, book: int) -> None:
    for name in ("Ada", "Ben", "Cyd"):
        client.post(f"/api/books/{book}/reviews", json={"reviewer": name, "rating": 4})
    page = client.get(f"/api/books/{book}/reviews", params={"limit": 2}).json()
    assert [review["reviewer"] for review in page["items"]] == ["Cyd", "Ben"]
    assert page["total"] == 3


def test_a_reader_reviews_a_book_once(client: TestClient, book: int) -> None:
    reviews = f"/api/books/{book}/reviews"
    client.post(reviews, json={"reviewer": "Ada", "rating": 5})
    answer = client.post(reviews, json={"reviewer": "Ada", "rating": 1})
    assert answer.status_code == 409
    assert answer.json() == {"detail": "This reader has already reviewed this book"}
    assert client.get(f"/api/books/{book}").json()["rating"] == 5


def test_put_replaces_and_patch_changes(client: TestClient, book: int) -> None:
    first = {"reviewer": "Ada", "rating": 5, "text": "Lovely."}
    created = client.post(f"/api/books/{book}/reviews", json=first)
    path = created.headers["Location"]
    assert client.patch(path, json={"rating": 4}).json() == created.json() | {"rating": 4}
    assert client.patch(path, json={"book_id": 1}).status_code == 422
    replaced = client.put(path, json={"reviewer": "Ada", "rating": 3}).json()
    assert replaced == created.json() | {"rating": 3, "text": ""}
    assert client.delete(path).status_code == 204
    assert client.get(path).json() == {"detail": f"There is no review with id {replaced['id']}"}


@pytest.mark.parametrize("rating", [0, 6, 4.5, "many", None])
def test_a_rating_is_one_to_five_whole_stars(client: TestClient, book: int, rating: object) -> None:
    answer = client.post(f"/api/books/{book}/reviews", json={"reviewer": "Ada", "rating": rating})
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", "rating"]


def test_reviews_of_an_unknown_book_are_404(client: TestClient) -> None:
    assert client.get("/api/books/9999/reviews").status_code == 404
    answer = client.post("/api/books/9999/reviews", json={"reviewer": "Ada", "rating": 5})
    assert answer.status_code == 404
