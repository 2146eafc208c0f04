"""The list: filters, sorting, search, pages, and everything that is none of these."""

from collections.abc import Generator
from typing import Any

import pytest

from talarian.sql import Database
from talarian.testclient import TestClient
from tests.integration.sql.resources.library import library

NOVELS: list[dict[str, Any]] = [
    {"title": "Emma", "length": 474, "price": "5.00", "summary": "A clever matchmaker"},
    {"title": "100% Wolf", "length": 200, "price": "6.50", "rating": 2.5},
    {"title": "snake_case", "length": None, "price": "7.25"},
    {"title": "Persuasion", "length": 249, "price": "5.00", "summary": "Second chances"},
    {"title": "back\\slash", "length": 1, "price": "0.10", "published": "2020-01-01T00:00:00Z"},
]


@pytest.fixture
def filled(db: Database) -> Generator[TestClient, None, None]:
    with TestClient(library(db), raise_server_exceptions=False) as client:
        writer = client.post("/writers", json={"name": "Jane"}).json()["id"]
        rows = [
            {**row, "writer_id": writer if row["title"] in ("Emma", "Persuasion") else None}
            for row in NOVELS
        ]
        assert client.post("/novels/bulk", json=rows).status_code == 200
        yield client


def found(client: TestClient, **parameters: Any) -> list[str]:
    answer = client.get("/novels", params=parameters)
    assert answer.status_code == 200, answer.text
    return [each["title"] for each in answer.json()["items"]]


@pytest.mark.parametrize(
    ("parameters", "titles"),
    [
        ({"title": "Emma"}, ["Emma"]),
        ({"title__contains": "A"}, ["Emma", "snake_case", "Persuasion", "back\\slash"]),
        ({"title__contains": "%"}, ["100% Wolf"]),
        ({"title__contains": "_"}, ["snake_case"]),
        ({"title__contains": "\\"}, ["back\\slash"]),
        ({"title__startswith": "PERS"}, ["Persuasion"]),
        ({"title__startswith": "%"}, []),
        ({"title__in": ["Emma", "Persuasion", "other"]}, ["Emma", "Persuasion"]),
        ({"length__ge": 200, "length__lt": 474}, ["100% Wolf", "Persuasion"]),
        ({"length__is_null": True}, ["snake_case"]),
        ({"length__is_null": False, "price__le": "5"}, ["Emma", "Persuasion", "back\\slash"]),
        ({"rating__ne": 1}, ["100% Wolf"]),
        ({"published__gt": "2019-12-31T23:59:59Z"}, ["back\\slash"]),
        ({"published__gt": "2020-01-01T00:00:00"}, []),
        ({"writer__name": "Jane"}, ["Emma", "Persuasion"]),
        ({"title": "' OR 1=1 --"}, []),
        ({"title__contains": "' OR 1=1 --"}, []),
        ({"title__contains": '"); DROP TABLE res_novels; --'}, []),
        ({"q": "clever"}, ["Emma"]),
        ({"q": "Emma clever"}, ["Emma"]),
        ({"q": "emma chances"}, []),
        ({"q": "   "}, ["Emma", "100% Wolf", "snake_case", "Persuasion", "back\\slash"]),
        ({"q": "'; & | ! ("}, []),
    ],
)
def test_filters(filled: TestClient, parameters: dict[str, Any], titles: list[str]) -> None:
    assert found(filled, **parameters) == titles


@pytest.mark.parametrize(
    ("sort", "titles"),
    [
        ("length", ["snake_case", "back\\slash", "100% Wolf", "Persuasion", "Emma"]),
        ("-length", ["Emma", "Persuasion", "100% Wolf", "back\\slash", "snake_case"]),
        ("price,-length", ["back\\slash", "Emma", "Persuasion", "100% Wolf", "snake_case"]),
    ],
)
def test_sorting(filled: TestClient, sort: str, titles: list[str]) -> None:
    assert found(filled, sort=sort) == titles


@pytest.mark.parametrize(
    ("parameters", "place", "says"),
    [
        ({"titel": "Emma"}, "titel", "title__contains"),
        ({"title__like": "E%"}, "title__like", "title__contains"),
        ({"summary": "x"}, "summary", "title__contains"),
        ({"deleted_at__is_null": "false"}, "deleted_at__is_null", "title"),
        ({"sort": "summary"}, "sort", "title, price, length"),
        ({"sort": "title;drop"}, "sort", "title, price, length"),
        ({"sort": "title,-title"}, "sort", "twice"),
        ({"length": "many"}, "length", "integer"),
        ({"length": 2**31}, "length", "2147483647"),
        ({"price__le": "1e999999"}, "price__le", "size"),
        ({"price__le": "NaN"}, "price__le", "finite"),
        ({"rating__ne": "inf"}, "rating__ne", "finite"),
        ({"title": "a\x00b"}, "title", "NUL"),
        ({"q": "a\x00b"}, "q", "NUL"),
        ({"published__gt": "0001-01-01T00:00:00+14:00"}, "published__gt", "years"),
        ({"title__in": ["x"] * 201}, "title__in", "200"),
        ({"limit": 0}, "limit", "greater"),
        ({"limit": 101}, "limit", "less"),
        ({"skip": 5}, "skip", "cursor"),
    ],
)
def test_what_is_wrong_is_named(
    filled: TestClient, parameters: dict[str, Any], place: str, says: str
) -> None:
    answer = filled.get("/novels", params=parameters)
    assert answer.status_code == 422, answer.text
    [error] = answer.json()["detail"]
    assert error["loc"][:2] == ["query", place]
    assert says in error["msg"]


class TestCursors:
    def test_links_lead_there(self, filled: TestClient) -> None:
        first = filled.get("/novels", params={"limit": 2, "sort": "title", "price__le": 99})
        following = first.links["next"]["url"]
        assert following.startswith("/novels?limit=2&sort=title&price__le=99&cursor=")
        second = filled.get(following)
        assert (
            second.json()
            == filled.get(
                "/novels",
                params={
                    "limit": 2,
                    "sort": "title",
                    "price__le": 99,
                    "cursor": first.json()["next"],
                },
            ).json()
        )
        assert filled.get(second.links["prev"]["url"]).json()["items"] == first.json()["items"]
        assert filled.get(second.links["first"]["url"]).json() == first.json()
        last = filled.get(second.links["last"]["url"]).json()
        assert last["next"] is None
        assert last["items"][-1]["title"] == found(filled, sort="-title")[0]

    def test_links_begin_at_the_root(self, db: Database) -> None:
        with TestClient(library(db), root_path="/root") as client:
            assert client.post("/novels/bulk", json=NOVELS).status_code == 200
            answer = client.get("/novels", params={"limit": 2})
            assert answer.links["next"]["url"].startswith("/root/novels?limit=2&cursor=")

    def test_one_page_has_no_links(self, filled: TestClient) -> None:
        answer = filled.get("/novels")
        assert "link" not in answer.headers
        assert answer.json()["next"] is answer.json()["previous"] is None

    @pytest.mark.parametrize(
        "other",
        [
            {"sort": "-title"},
            {"sort": "title,length"},
            {"sort": "title", "price__le": "4"},
            {"sort": "title", "title__contains": "a"},
        ],
    )
    def test_one_of_another_query_is_refused(
        self, filled: TestClient, other: dict[str, Any]
    ) -> None:
        cursor = filled.get("/novels", params={"limit": 1, "sort": "title"}).json()["next"]
        answer = filled.get("/novels", params={"cursor": cursor, **other})
        assert answer.status_code == 400
        assert "other filters or another order" in answer.json()["detail"]

    def test_one_of_another_resource_is_refused(self, filled: TestClient) -> None:
        cursor = filled.get("/novels", params={"limit": 1}).json()["next"]
        assert filled.get("/tickets", params={"cursor": cursor}).status_code == 400

    def test_one_that_was_changed_is_refused(self, filled: TestClient) -> None:
        cursor: str = filled.get("/novels", params={"limit": 1}).json()["next"]
        changed = [
            cursor[:n] + ("A" if cursor[n] != "A" else "B") + cursor[n + 1 :]
            for n in range(len(cursor) - 1)
        ]
        for each in [*changed, "", ".", "a.b", "é", "x" * 5000, cursor + "x", cursor[:-3]]:
            answer = filled.get("/novels", params={"cursor": each})
            assert answer.status_code == 400, each
            assert "Leave `cursor` out" in answer.json()["detail"]


class TestNumbers:
    def test_relationships_are_loaded_and_not_counted(self, db: Database) -> None:
        with TestClient(library(db, pages="offset")) as client:
            writer = client.post("/writers", json={"name": "Jane"}).json()
            rows = [{"title": f"N{number}", "writer_id": writer["id"]} for number in range(5)]
            made = client.post("/novels/bulk", json=rows).json()["items"]
            client.delete(f"/novels/{made[0]['id']}")
            page = client.get("/novels", params={"total": True, "limit": 2}).json()
            every = client.get("/novels", params={"total": True, "include_deleted": True}).json()
        assert (page["total"], every["total"]) == (4, 5)
        assert [each["writer"] for each in page["items"]] == [writer, writer]

    def test_total_is_counted_if_asked_for(self, client: TestClient) -> None:
        for number in range(5):
            client.post("/writers", json={"name": f"W{number}"})
        answer = client.get("/writers", params={"skip": 2, "limit": 2, "total": True})
        assert (answer.json()["total"], len(answer.json()["items"])) == (5, 2)
        assert {name: each["url"] for name, each in answer.links.items()} == {
            "next": "/writers?limit=2&total=true&skip=4",
            "prev": "/writers?limit=2&total=true&skip=0",
            "first": "/writers?limit=2&total=true",
            "last": "/writers?limit=2&total=true&skip=4",
        }
        assert client.get("/writers", params={"id__ge": 3}).json()["total"] is None

    @pytest.mark.parametrize("skip", [-1, 10_001, 2**70])
    def test_it_goes_only_so_far(self, client: TestClient, skip: int) -> None:
        assert client.get("/writers", params={"skip": skip}).status_code == 422
