"""Versions: ETag, If-Match, If-None-Match, and two who are equally fast."""

import anyio
import pytest

from talarian.sql import Database
from talarian.testclient import TestClient
from tests.integration.sql.resources.library import library
from tests.integration.sql.serving import client_of

EMMA = {"title": "Emma"}


def test_each_answer_has_the_version(client: TestClient) -> None:
    made = client.post("/novels", json=EMMA)
    assert made.headers["etag"] == '"1"'
    path = f"/novels/{made.json()['id']}"
    assert client.get(path).headers["etag"] == '"1"'
    assert client.patch(path, json={"length": 3}).headers["etag"] == '"2"'
    assert client.put(path, json=EMMA).headers["etag"] == '"3"'


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ('"1"', 200),
        ("*", 200),
        ('"7", "1"', 200),
        ('"7"', 412),
        ('W/"1"', 412),
        ("1", 400),
        ('"1', 400),
        ('"1" "2"', 400),
        ("", 412),
    ],
)
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_change_of_another_version_is_refused(
    client: TestClient, method: str, header: str, status: int
) -> None:
    path = f"/novels/{client.post('/novels', json=EMMA).json()['id']}"
    body = None if method == "DELETE" else {**EMMA, "length": 9}
    answer = client.request(method, path, json=body, headers={"If-Match": header})
    assert answer.status_code == (204 if (status, method) == (200, "DELETE") else status)
    if status == 412:
        assert answer.headers["etag"] == '"1"'
    if status != 200:
        assert client.get(path).json()["length"] is None


@pytest.mark.parametrize(
    ("header", "status"), [('"1"', 304), ('W/"1"', 304), ("*", 304), ('"2"', 200), ("x", 400)]
)
def test_who_has_the_version_need_not_read_it_again(
    client: TestClient, header: str, status: int
) -> None:
    path = f"/novels/{client.post('/novels', json=EMMA).json()['id']}"
    answer = client.get(path, headers={"If-None-Match": header})
    assert answer.status_code == status
    if status == 304:
        assert (answer.content, answer.headers["etag"]) == (b"", '"1"')


def test_it_can_be_required(strict: TestClient) -> None:
    path = f"/novels/{strict.post('/novels', json=EMMA).json()['id']}"
    for method, body in (("PUT", EMMA), ("PATCH", {}), ("DELETE", None)):
        answer = strict.request(method, path, json=body)
        assert answer.status_code == 428
        assert "If-Match" in answer.json()["detail"]
    assert strict.patch(path, json={"length": 1}, headers={"If-Match": '"1"'}).status_code == 200
    many = strict.patch("/novels/bulk", json=[{"id": 1, "changes": {}}])
    assert many.json()["detail"][0]["loc"] == ["body", 0, "etag"]


@pytest.mark.anyio
async def test_of_many_at_the_same_time_one_wins(db: Database) -> None:
    async with client_of(library(db)) as client:
        path = f"/novels/{(await client.post('/novels', json=EMMA)).json()['id']}"
        answers: dict[int, int] = {}

        async def change(number: int) -> None:
            body, headers = {"length": number}, {"If-Match": '"1"'}
            answer = await client.patch(path, json=body, headers=headers)
            answers[number] = answer.status_code

        async with anyio.create_task_group() as group:
            for number in range(8):
                group.start_soon(change, number)
        [winner] = [number for number, status in answers.items() if status == 200]
        assert sorted(answers.values()) == [200] + [412] * 7
        shown = await client.get(path)
        assert shown.json()["length"] == winner
        assert shown.headers["etag"] == '"2"'
