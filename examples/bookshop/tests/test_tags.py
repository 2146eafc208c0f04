from typing import Any

import pytest
from talarian.testclient import TestClient


def tags(client: TestClient, **query: Any) -> dict[str, Any]:
    found = client.get("/api/tags", params={"limit": 100, **query}).json()["items"]
    return {tag["name"]: tag for tag in found}


def test_tags_say_how_many_books_they_have(client: TestClient) -> None:
    before = tags(client)
    assert list(before) == sorted(before)
    assert before["epic"]["book_count"] == 4
    [iliad] = client.get("/api/books", params={"q": "iliad"}).json()["items"]
    client.delete(f"/api/books/{iliad['id']}")
    assert tags(client, name__startswith="EP") == {"epic": before["epic"] | {"book_count": 3}}


def test_a_tag_is_made_renamed_and_deleted(client: TestClient, book: int) -> None:
    tag = client.post("/api/tags", json={"name": " governesses "}).json()
    assert tag == {"id": tag["id"], "name": "governesses", "book_count": 0}
    client.patch(f"/api/books/{book}", json={"tag_ids": [tag["id"]]})
    path = f"/api/tags/{tag['id']}"
    renamed = client.patch(path, json={"name": "teaching"}).json()
    assert renamed == {"id": tag["id"], "name": "teaching", "book_count": 1}
    assert client.get(f"/api/books/{book}").json()["tags"] == [
        {"id": tag["id"], "name": "teaching"}
    ]
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404
    assert client.get(f"/api/books/{book}").json()["tags"] == []


def test_a_name_is_taken_once(client: TestClient) -> None:
    answer = client.post("/api/tags", json={"name": "gothic"})
    assert answer.status_code == 409
    assert answer.json()["detail"][0]["loc"] == ["body", "name"]


@pytest.mark.parametrize("name", ["", "  ", "x" * 41, None, 7])
def test_a_name_is_a_word(client: TestClient, name: object) -> None:
    answer = client.post("/api/tags", json={"name": name})
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", "name"]
