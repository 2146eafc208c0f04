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


def test_search_ignores_case_and_takes_signs_literally(window: TestClient) -> None:
    assert titles(window, q="PREJUDICE") == ["Pride and Prejudice"]
    assert titles(window, q="%") == []


def test_search_takes_words_of_title_author_and_description(window: TestClient) -> None:
    assert titles(window, q="austen") == ["Emma", "Pride and Prejudice", "Sense and Sensibility"]
    assert titles(window, q="austen sisters") == ["Sense and Sensibility"]


def test_filters_combine(window: TestClient) -> None:
    [austen] = window.get("/api/authors", params={"q": "austen"}).json()["items"]
    by_austen = {"author_id": austen["id"]}
    assert len(titles(window, **by_austen)) == 3
    assert titles(window, **by_austen, year__ge=1813, year__le=1813) == ["Pride and Prejudice"]
    assert titles(window, **by_austen, rating__ge=4.5) == ["Pride and Prejudice"]
    assert titles(window, **by_austen, tag="society") == ["Emma"]
    assert titles(window, year__le=-1, sort="year") == ["The Iliad", "The Odyssey"]


def test_a_tag_finds_its_books_and_each_shows_all_of_its_tags(window: TestClient) -> None:
    found = find(window, tag="epic")["items"]
    assert [book["title"] for book in found] == [
        "The Iliad",
        "The Odyssey",
        "The Tale of Genji",
        "War and Peace",
    ]
    assert [tag["name"] for tag in found[0]["tags"]] == ["epic", "war"]
    assert titles(window, tag="no such tag") == []


@pytest.mark.parametrize("key", ["title", "year", "rating", "author"])
def test_sorting_goes_both_ways(window: TestClient, key: str) -> None:
    def value(book: dict[str, Any]) -> Any:
        chosen = book["author"]["name"] if key == "author" else book[key]
        return chosen.lower() if isinstance(chosen, str) else chosen

    up, down = (find(window, sort=sort, limit=100)["items"] for sort in (key, f"-{key}"))
    assert up == down[::-1]
    values = [value(book) for book in up]
    rated = [each for each in values if each is not None]
    assert values == [None] * (len(values) - len(rated)) + sorted(rated)


@pytest.mark.parametrize("sort", ["title", "-rating", "author,-year"])
def test_pages_add_up_to_the_whole(window: TestClient, sort: str) -> None:
    whole = find(window, limit=100, sort=sort)
    assert len(whole["items"]) == 50
    page = find(window, limit=7, sort=sort)
    seen: list[Any] = page["items"]
    while page["next"]:
        page = find(window, limit=7, sort=sort, cursor=page["next"])
        seen = seen + page["items"]
    assert seen == whole["items"]


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
def test_a_query_that_makes_no_sense_is_422(window: TestClient, query: dict[str, Any]) -> None:
    answer = window.get("/api/books", params=query)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["query", *query]


def test_a_cursor_of_another_query_is_400(window: TestClient) -> None:
    cursor = find(window, limit=5)["next"]
    for other in ({"tag": "gothic"}, {"sort": "year"}, {"cursor": cursor + "x"}):
        answer = window.get("/api/books", params={"cursor": cursor} | other)
        assert answer.status_code == 400
        assert "cursor" in answer.json()["detail"]
