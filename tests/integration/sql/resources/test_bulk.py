"""Many items in one request."""

from typing import Any

import pytest

from talarian.testclient import TestClient


def titles(client: TestClient) -> list[str]:
    items = client.get("/novels", params={"sort": "title"}).json()["items"]
    return [each["title"] for each in items]


def bodies(*names: str) -> list[dict[str, Any]]:
    return [{"title": name} for name in names]


def test_all_are_made_in_their_order(client: TestClient) -> None:
    names = [f"N{number:02}" for number in range(20)]
    answer = client.post("/novels/bulk", json=bodies(*names))
    assert answer.status_code == 200
    assert [each["title"] for each in answer.json()["items"]] == names
    assert titles(client) == names


def test_one_that_cannot_be_made_keeps_all_out(client: TestClient) -> None:
    client.post("/novels", json={"title": "Emma"})
    answer = client.post("/novels/bulk", json=[*bodies("A", "Emma"), {"title": "B", "price": -1}])
    assert answer.status_code == 422
    assert [(each["type"], each["loc"]) for each in answer.json()["detail"]] == [
        ("unique", ["body", 1, "title"]),
        ("check", ["body", 2]),
    ]
    assert titles(client) == ["Emma"]
    only = client.post("/novels/bulk", json=bodies("A", "Emma"))
    assert only.status_code == 409


def test_those_that_can_be_made_are_if_that_is_asked_for(client: TestClient) -> None:
    answer = client.post(
        "/novels/bulk", params={"atomic": False}, json=bodies("A", "A", "x" * 61, "B")
    )
    assert answer.status_code == 200
    assert [each["title"] for each in answer.json()["items"]] == ["A", "B"]
    errors = answer.json()["errors"]
    assert [(each["index"], each["status"]) for each in errors] == [(1, 409), (2, 422)]
    assert errors[1]["errors"][0]["loc"] == ["body", 2, "title"]
    assert titles(client) == ["A", "B"]


def test_changes(client: TestClient) -> None:
    made = client.post("/novels/bulk", json=bodies("A", "B", "C", "D", "E")).json()["items"]
    wanted: list[dict[str, Any]] = [
        {"id": each["id"], "changes": {"length": number}, "etag": '"1"'}
        for number, each in enumerate(made)
    ]
    answer = client.patch("/novels/bulk", json=wanted)
    assert [each["length"] for each in answer.json()["items"]] == [0, 1, 2, 3, 4]
    wanted[0] = {"id": 999, "changes": {}}
    wanted[1]["changes"] = {"title": "C"}
    wanted[2]["etag"] = '"2"'
    wanted[1].pop("etag")
    answer = client.patch("/novels/bulk", params={"atomic": False}, json=wanted)
    statuses = [(each["index"], each["status"]) for each in answer.json()["errors"]]
    assert statuses == [(0, 404), (1, 409), (3, 412), (4, 412)]
    assert titles(client) == ["A", "B", "C", "D", "E"]


def test_deletes(client: TestClient) -> None:
    made = client.post("/novels/bulk", json=bodies("A", "B", "C", "D", "E")).json()["items"]
    ids = [each["id"] for each in made]
    again = client.post("/novels/bulk/delete", json=[*ids, ids[0]])
    assert again.status_code == 404
    assert again.json()["detail"][0]["loc"] == ["body", 5]
    assert len(titles(client)) == 5
    assert client.post("/novels/bulk/delete", json=ids[1:]).json()["items"] == ids[1:]
    assert titles(client) == ["A"]


@pytest.mark.parametrize("count", [0, 101])
def test_their_number_is_limited(client: TestClient, count: int) -> None:
    answer = client.post("/novels/bulk", json=bodies(*map(str, range(count))))
    assert answer.status_code == 422
