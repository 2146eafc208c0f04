"""The list of books: filters, search, order and pages."""

from typing import Any

import pytest
from talarian.testclient import TestClient


def find(client: TestClient, **query: Any) -> dict[str, Any]:
    answer = client.get("/api/books", params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def titles(client: TestClient, **query: Any) -> list[str]:
    return [book["title"] for book in find(client, **query)["items"]]


def test_search_ignores_case_and_takes_signs_literally(client: TestClient) -> None:
    assert titles(client, q="PREJUDICE") == ["Pride and Prejudice"]
    assert titles(client, q="%") == []


def test_search_takes_words_of_title_author_and_description(client: TestClient) -> None:
    assert titles(client, q="austen") == ["Emma", "Pride and Prejudice", "Sense and Sensibility"]
    assert titles(client, q="austen sisters") == ["Sense and Sensibility"]


def test_filters_combine(client: TestClient) -> None:
    [austen] = client.get("/api/authors", params={"q": "austen"}).json()["items"]
    by_austen = {"author_id": austen["id"]}
    assert len(titles(client, **by_austen)) == 3
    assert titles(client, **by_austen, year__ge=1813, year__le=1813) == ["Pride and Prejudice"]
    assert titles(client, **by_austen, rating__ge=4.5) == ["Pride and Prejudice"]
    assert titles(client, **by_austen, tag="society") == ["Emma"]
    assert titles(client, year__le=-1, sort="year") == ["The Iliad", "The Odyssey"]


def test_a_tag_finds_its_books_and_each_shows_all_of_its_tags(client: TestClient) -> None:
    found = find(client, tag="epic")["items"]
    assert [book["title"] for book in found] == [
        "The Iliad",
        "The Odyssey",
        "The Tale of Genji",
        "War and Peace",
    ]
    assert [tag["name"] for tag in found[0]["tags"]] == ["epic", "war"]
    assert titles(client, tag="no such tag") == []


@pytest.mark.parametrize("key", ["title", "year", "rating", "author"])
def test_sorting_goes_both_ways(client: TestClient, key: str) -> None:
    def value(book: dict[str, Any]) -> Any:
        chosen = book["author"]["name"] if key == "author" else book[key]
        return chosen.lower() if isinstance(chosen, str) else chosen

    up, down = (find(client, sort=sort, limit=100)["items"] for sort in (key, f"-{key}"))
    assert up == down[::-1]
    values = [value(book) for book in up]
    rated = [each for each in values if each is not None]
    assert values == [None] * (len(values) - len(rated)) + sorted(rated)


@pytest.mark.parametrize("sort", ["title", "-rating", "author,-year"])
def test_pages_add_up_to_the_whole(client: TestClient, sort: str) -> None:
    whole = find(client, limit=100, sort=sort)
    assert len(whole["items"]) == 50
    page = find(client, limit=7, sort=sort)
    seen: list[Any] = page["items"]
    while page["next"]:
        page = find(client, limit=7, sort=sort, cursor=page["next"])
        seen = seen + page["items"]
    assert seen == whole["items"]


def test_a_book_that_is_added_meanwhile_moves_nothing(client: TestClient, author: int) -> None:
    first = find(client, limit=10)
    new = {"title": "A first book", "author_id": author, "year": 1847}
    assert client.post("/api/books", json=new).status_code == 201
    second = find(client, limit=10, cursor=first["next"])
    seen = [book["id"] for page in (first, second) for book in page["items"]]
    assert len(set(seen)) == 20


@pytest.mark.parametrize(
    "query",
    [
        {"limit": 0},
        {"limit": 101},
        {"sort": "price"},
        {"sort": "title,title"},
        {"rating__ge": "many"},
        {"year__ge": 10**12},
        {"author_id": "austen"},
        {"limt": 5},
        {"title__contains": "emma"},
    ],
)
def test_a_query_that_makes_no_sense_is_422(client: TestClient, query: dict[str, Any]) -> None:
    answer = client.get("/api/books", params=query)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["query", *query]


def test_a_cursor_of_another_query_is_400(client: TestClient) -> None:
    cursor = find(client, limit=5)["next"]
    for other in ({"tag": "gothic"}, {"sort": "year"}, {"cursor": cursor + "x"}):
        answer = client.get("/api/books", params={"cursor": cursor} | other)
        assert answer.status_code == 400
        assert "cursor" in answer.json()["detail"]
