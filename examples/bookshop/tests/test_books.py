from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event
from talarian.testclient import TestClient


def find(client: TestClient, **query: Any) -> dict[str, Any]:
    answer = client.get("/api/books", params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def titles(client: TestClient, **query: Any) -> list[str]:
    return [book["title"] for book in find(client, **query)["items"]]


@contextmanager
def counted_queries() -> Generator[list[str]]:
    statements: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield statements
    event.remove(Engine, "before_cursor_execute", note)


def test_a_book_is_created_and_found_at_its_location(client: TestClient, author: int) -> None:
    book = {"title": "  Agnes Grey ", "author_id": author, "year": 1847}
    answer = client.post("/api/books", json=book)
    assert answer.status_code == 201
    assert answer.json() == {
        "id": answer.json()["id"],
        "title": "Agnes Grey",
        "year": 1847,
        "description": "",
        "rating": None,
        "review_count": 0,
        "author": {"id": author, "name": "Anne Brontë"},
    }
    assert answer.headers["Location"] == f"/api/books/{answer.json()['id']}"
    assert client.get(answer.headers["Location"]).json() == answer.json()


def test_put_replaces_and_resets_what_is_left_out(client: TestClient, book: int) -> None:
    other = client.get("/api/authors", params={"q": "Charlotte"}).json()["items"][0]
    new = {"title": "Villette", "author_id": other["id"], "year": 1853}
    answer = client.put(f"/api/books/{book}", json=new)
    assert answer.status_code == 200
    assert answer.json()["description"] == ""
    assert answer.json()["author"]["name"] == "Charlotte Brontë"
    assert client.get(f"/api/books/{book}").json() == answer.json()


def test_put_needs_a_whole_book(client: TestClient, book: int) -> None:
    assert client.put(f"/api/books/{book}", json={"title": "Villette"}).status_code == 422


def test_patch_changes_exactly_what_was_sent(client: TestClient, book: int) -> None:
    before = client.get(f"/api/books/{book}").json()
    answer = client.patch(f"/api/books/{book}", json={"year": 1848})
    assert answer.json() == before | {"year": 1848}
    assert client.patch(f"/api/books/{book}", json={}).json() == answer.json()
    assert client.patch(f"/api/books/{book}", json={"description": ""}).json() == (
        before | {"year": 1848, "description": ""}
    )


@pytest.mark.parametrize("change", [{"title": None}, {"titel": "x"}, {"title": " "}, {"year": 1e9}])
def test_patch_refuses_what_a_book_cannot_be(
    client: TestClient, book: int, change: dict[str, Any]
) -> None:
    answer = client.patch(f"/api/books/{book}", json=change)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", *change]


def test_delete_takes_the_reviews_along(client: TestClient, book: int) -> None:
    review = client.post(f"/api/books/{book}/reviews", json={"reviewer": "Ada", "rating": 5})
    answer = client.delete(f"/api/books/{book}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert client.get(f"/api/books/{book}").status_code == 404
    assert client.get(review.headers["Location"]).status_code == 404


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_an_unknown_book_is_404(client: TestClient, method: str) -> None:
    new = {"title": "Villette", "author_id": 1, "year": 1853}
    body = new if method in {"PUT", "PATCH"} else None
    answer = client.request(method, "/api/books/9999", json=body)
    assert answer.status_code == 404
    assert answer.json() == {"detail": "There is no book with id 9999"}


def test_the_same_title_twice_is_409(client: TestClient, book: int) -> None:
    taken = {"detail": "This author already has a book with this title"}
    author = client.get(f"/api/books/{book}").json()["author"]["id"]
    same = {"title": "Agnes Grey", "author_id": author, "year": 1900}
    answer = client.post("/api/books", json=same)
    assert (answer.status_code, answer.json()) == (409, taken)
    other = client.post("/api/books", json=same | {"title": "Poems"}).json()["id"]
    answer = client.patch(f"/api/books/{other}", json={"title": "Agnes Grey"})
    assert (answer.status_code, answer.json()) == (409, taken)
    assert client.get(f"/api/books/{other}").json()["title"] == "Poems"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_an_unknown_author_is_409(client: TestClient, book: int, method: str) -> None:
    path = "/api/books" if method == "POST" else f"/api/books/{book}"
    new = {"title": "Villette", "author_id": 9999, "year": 1853}
    answer = client.request(method, path, json=new)
    assert answer.status_code == 409
    assert answer.json()["detail"] == "There is no author with id 9999; add the author first"


def test_search_ignores_case_and_takes_signs_literally(client: TestClient) -> None:
    assert titles(client, q="PREJUDICE") == ["Pride and Prejudice"]
    assert titles(client, q="%") == []


def test_filters_combine(client: TestClient) -> None:
    austen = client.get("/api/authors", params={"q": "austen"}).json()["items"][0]["id"]
    assert titles(client, author_id=austen) == [
        "Emma",
        "Pride and Prejudice",
        "Sense and Sensibility",
    ]
    assert titles(client, author_id=austen, year_from=1813, year_to=1813) == ["Pride and Prejudice"]
    assert titles(client, author_id=austen, min_rating=4.5) == ["Pride and Prejudice"]
    assert titles(client, year_to=-1, sort="year") == ["The Iliad", "The Odyssey"]


@pytest.mark.parametrize("key", ["title", "year", "rating", "author"])
def test_sorting_goes_both_ways(client: TestClient, key: str) -> None:
    def value(book: dict[str, Any]) -> Any:
        chosen = book["author"]["name"] if key == "author" else book[key]
        return chosen.lower() if isinstance(chosen, str) else chosen

    for sort in (key, f"-{key}"):
        books = find(client, sort=sort, limit=100)["items"]
        rated = [value(book) for book in books if value(book) is not None]
        assert rated == sorted(rated, reverse=sort.startswith("-"))
        assert [value(book) for book in books[len(rated) :]] == [None] * (len(books) - len(rated))


def test_pages_add_up_to_the_whole(client: TestClient) -> None:
    whole = find(client, limit=100, sort="rating")
    assert whole["total"] == len(whole["items"]) >= 36
    pages = [find(client, limit=7, offset=offset, sort="rating") for offset in range(0, 60, 7)]
    assert [book for page in pages for book in page["items"]] == whole["items"]
    assert {page["total"] for page in pages} == {whole["total"]}
    assert find(client, offset=1000)["items"] == []


@pytest.mark.parametrize(
    "query",
    [
        {"limit": 0},
        {"limit": 101},
        {"offset": -1},
        {"sort": "price"},
        {"min_rating": 6},
        {"year_from": 1900, "year_to": 1800},
        {"limt": 5},
    ],
)
def test_a_query_that_makes_no_sense_is_422(client: TestClient, query: dict[str, Any]) -> None:
    assert client.get("/api/books", params=query).status_code == 422


def test_a_long_page_takes_no_more_queries_than_a_short_one(client: TestClient) -> None:
    with counted_queries() as short:
        find(client, limit=1)
    with counted_queries() as long:
        assert len(find(client, limit=100, sort="author")["items"]) >= 36
    assert len(short) == len(long) == 2
