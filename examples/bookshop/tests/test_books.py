"""One book: made, read, replaced, changed, removed and brought back."""

from typing import Any

import pytest
from talarian.testclient import TestClient


@pytest.fixture
def tags(client: TestClient) -> dict[str, int]:
    """The ids of all tags, by their names."""
    found = client.get("/api/tags", params={"limit": 100}).json()["items"]
    return {tag["name"]: tag["id"] for tag in found}


def test_a_book_is_created_and_found_at_its_location(
    client: TestClient, author: int, tags: dict[str, int]
) -> None:
    book = {"title": "  Agnes Grey ", "author_id": author, "year": 1847}
    answer = client.post("/api/books", json=book | {"tag_ids": [tags["love"], tags["growing up"]]})
    assert answer.status_code == 201
    shown = answer.json()
    assert shown == {
        "id": shown["id"],
        "title": "Agnes Grey",
        "year": 1847,
        "description": "",
        "rating": None,
        "review_count": 0,
        "author": {"id": author, "name": "Anne Brontë"},
        "tags": [
            {"id": tags["growing up"], "name": "growing up"},
            {"id": tags["love"], "name": "love"},
        ],
        "created_at": shown["created_at"],
        "updated_at": shown["updated_at"],
    }
    assert answer.headers["Location"] == f"/api/books/{shown['id']}"
    found = client.get(answer.headers["Location"])
    assert found.json() == shown
    assert found.headers["ETag"] == answer.headers["ETag"]


def test_put_replaces_and_resets_what_is_left_out(
    client: TestClient, book: int, tags: dict[str, int]
) -> None:
    client.patch(f"/api/books/{book}", json={"tag_ids": [tags["love"]]})
    [other] = client.get("/api/authors", params={"q": "Charlotte"}).json()["items"]
    new = {"title": "Villette", "author_id": other["id"], "year": 1853}
    answer = client.put(f"/api/books/{book}", json=new)
    assert answer.status_code == 200
    assert (answer.json()["description"], answer.json()["tags"]) == ("", [])
    assert answer.json()["author"]["name"] == "Charlotte Brontë"
    assert client.get(f"/api/books/{book}").json() == answer.json()


def test_put_needs_a_whole_book(client: TestClient, book: int) -> None:
    assert client.put(f"/api/books/{book}", json={"title": "Villette"}).status_code == 422


def test_patch_changes_exactly_what_was_sent(
    client: TestClient, book: int, tags: dict[str, int]
) -> None:
    path = f"/api/books/{book}"
    shown = client.get(path).json()
    love = [{"id": tags["love"], "name": "love"}]
    steps: list[tuple[dict[str, Any], dict[str, Any]]] = [
        ({"year": 1848}, {"year": 1848}),
        ({}, {}),
        ({"tag_ids": [tags["love"]]}, {"tags": love}),
        ({"description": ""}, {"description": ""}),
        ({"tag_ids": []}, {"tags": []}),
    ]
    for change, expected in steps:
        answer = client.patch(path, json=change).json()
        shown |= expected | {"updated_at": answer["updated_at"]}
        assert answer == shown


@pytest.mark.parametrize(
    "change",
    [
        {"title": None},
        {"titel": "x"},
        {"title": " "},
        {"title": "x" * 201},
        {"year": 1e9},
        {"tag_ids": None},
        {"tag_ids": [1] * 21},
        {"author_id": 9999},
        {"author_id": 2**40},
    ],
)
def test_patch_refuses_what_a_book_cannot_be(
    client: TestClient, book: int, change: dict[str, Any]
) -> None:
    answer = client.patch(f"/api/books/{book}", json=change)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", *change]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_unknown_tags_are_named(client: TestClient, book: int, method: str) -> None:
    path = "/api/books" if method == "POST" else f"/api/books/{book}"
    new = {"title": "Villette", "author_id": 1, "year": 1853, "tag_ids": [1, 9999]}
    answer = client.request(method, path, json=new)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", "tag_ids", 1]


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_an_unknown_book_is_404(client: TestClient, method: str) -> None:
    new = {"title": "Villette", "author_id": 1, "year": 1853}
    body = new if method in {"PUT", "PATCH"} else None
    answer = client.request(method, "/api/books/9999", json=body)
    assert answer.status_code == 404
    assert "Book" in answer.json()["detail"]


@pytest.mark.parametrize("id", ["one", "1.5", "99999999999999999999"])
def test_an_id_that_cannot_be_one_is_422(client: TestClient, id: str) -> None:
    assert client.get(f"/api/books/{id}").status_code == 422


@pytest.mark.parametrize("tag_ids", [[], [1]])
def test_the_same_title_twice_is_409(client: TestClient, book: int, tag_ids: list[int]) -> None:
    author = client.get(f"/api/books/{book}").json()["author"]["id"]
    same = {"title": "Agnes Grey", "author_id": author, "year": 1900, "tag_ids": tag_ids}
    answer = client.post("/api/books", json=same)
    assert answer.status_code == 409
    assert ["body", "title"] in [error["loc"] for error in answer.json()["detail"]]
    other = client.post("/api/books", json=same | {"title": "Poems"}).json()["id"]
    change = {"title": "Agnes Grey", "tag_ids": tag_ids}
    assert client.patch(f"/api/books/{other}", json=change).status_code == 409
    assert client.get(f"/api/books/{other}").json()["title"] == "Poems"


def test_a_removed_book_is_nowhere_and_can_be_brought_back(client: TestClient, book: int) -> None:
    path = f"/api/books/{book}"
    before = client.get(path).json()
    review = client.post(f"{path}/reviews", json={"reviewer": "Ada", "rating": 5})
    answer = client.delete(path)
    assert (answer.status_code, answer.content) == (204, b"")
    assert client.get(path).status_code == client.delete(path).status_code == 404
    assert client.patch(path, json={"year": 1848}).status_code == 404
    assert client.get(review.headers["Location"]).status_code == 404
    assert client.get("/api/books", params={"q": "agnes"}).json()["items"] == []

    back = client.post(f"{path}/restore")
    assert back.status_code == 200
    assert back.json()["review_count"] == 1
    assert back.json()["created_at"] == before["created_at"]
    assert client.get(review.headers["Location"]).status_code == 200
    assert client.post("/api/books/9999/restore").status_code == 404


@pytest.mark.parametrize("change", [{"year": 1848}, {"tag_ids": [1]}])
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_nobody_overwrites_what_they_have_not_seen(
    client: TestClient, book: int, method: str, change: dict[str, Any]
) -> None:
    path = f"/api/books/{book}"
    seen = client.get(path).headers["ETag"]
    first = client.patch(path, json=change, headers={"If-Match": seen})
    assert first.status_code == 200
    assert first.headers["ETag"] != seen

    body = {"title": "Villette", "author_id": 1, "year": 1853} if method != "DELETE" else None
    late = client.request(method, path, json=body, headers={"If-Match": seen})
    assert late.status_code == 412
    assert late.headers["ETag"] == first.headers["ETag"]
    assert client.get(path).json() == first.json()

    again = client.request(method, path, json=body, headers={"If-Match": late.headers["ETag"]})
    assert again.status_code in {200, 204}


def test_a_review_does_not_hinder_who_edits_the_book(client: TestClient, book: int) -> None:
    path = f"/api/books/{book}"
    seen = client.get(path).headers["ETag"]
    client.post(f"{path}/reviews", json={"reviewer": "Ada", "rating": 5})
    # So the tag cannot tell a cache whether the rating is the same.
    shown = client.get(path, headers={"If-None-Match": seen})
    assert (shown.status_code, shown.json()["rating"]) == (200, 5)
    changed = client.patch(path, json={"year": 1848}, headers={"If-Match": seen})
    assert changed.status_code == 200


def test_a_header_that_is_no_version_is_400(client: TestClient, book: int) -> None:
    answer = client.patch(f"/api/books/{book}", json={}, headers={"If-Match": "3"})
    assert answer.status_code == 400


def test_a_book_that_is_added_meanwhile_moves_no_page(client: TestClient, author: int) -> None:
    first = client.get("/api/books", params={"limit": 10}).json()
    new = {"title": "A first book", "author_id": author, "year": 1847}
    assert client.post("/api/books", json=new).status_code == 201
    second = client.get("/api/books", params={"limit": 10, "cursor": first["next"]}).json()
    seen = [book["id"] for page in (first, second) for book in page["items"]]
    assert len(set(seen)) == 20
