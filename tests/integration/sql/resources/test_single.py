"""One item: made, shown, replaced, changed, deleted."""

from typing import Any

import pytest

from talarian import Talarian
from talarian.sql import Database
from talarian.testclient import TestClient
from tests.integration.sql.resources.library import library, novels


def novel(client: TestClient, **values: Any) -> dict[str, Any]:
    answer = client.post("/novels", json={"title": "Emma", **values})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def problems(answer: Any) -> list[tuple[str, list[str | int]]]:
    return [(each["type"], each["loc"]) for each in answer.json()["detail"]]


class TestCreate:
    def test_what_is_there_is_shown(self, client: TestClient) -> None:
        writer = client.post("/writers", json={"name": "Jane"}).json()
        made = novel(client, writer_id=writer["id"], published="1815-12-23T10:00:00+02:00")
        assert made["writer"] == writer
        assert made["price"] == "5.00"
        assert made["published"] == "1815-12-23T08:00:00Z"
        assert client.get(f"/novels/{made['id']}").json() == made

    @pytest.mark.parametrize(
        ("values", "status", "error"),
        [
            ({"title": "Emma"}, 409, ("unique", ["body", "title"])),
            ({"writer_id": 999}, 422, ("unknown_reference", ["body", "writer_id"])),
            ({"price": -1}, 422, ("check", ["body"])),
            ({"price": "9999999.00"}, 422, ("does_not_fit", ["body", "price"])),
            ({"title": "x" * 61}, 422, ("does_not_fit", ["body", "title"])),
            ({"title": "a\x00b"}, 422, ("does_not_fit", ["body", "title"])),
            ({"length": 2**31}, 422, ("does_not_fit", ["body", "length"])),
            ({"length": "many"}, 422, ("int_parsing", ["body", "length"])),
            ({"title": ""}, 422, ("string_too_short", ["body", "title"])),
            (
                {"published": "0001-01-01T00:00:00+14:00"},
                422,
                ("does_not_fit", ["body", "published"]),
            ),
        ],
    )
    def test_what_is_refused_is_named(
        self, client: TestClient, values: dict[str, Any], status: int, error: Any
    ) -> None:
        novel(client)
        answer = client.post("/novels", json={"title": "Other", **values})
        assert answer.status_code == status
        assert problems(answer) == [error]
        assert "res_novels." not in answer.text
        assert "INSERT" not in answer.text
        assert len(client.get("/novels").json()["items"]) == 1

    def test_text_is_stored_as_it_is(self, client: TestClient) -> None:
        title = "'; DROP TABLE res_novels; -- \\ % _ \" 📚"
        made = novel(client, title=title)
        assert client.get(f"/novels/{made['id']}").json()["title"] == title


class TestLocation:
    def test_it_is_where_the_new_item_is(self, client: TestClient) -> None:
        answer = client.post("/tracks", json={"title": "t"})
        assert answer.headers["location"] == f"/tracks/{answer.json()['id']}"
        assert client.get(answer.headers["location"]).json() == answer.json()

    def test_nothing_can_be_read_without_get(self, client: TestClient) -> None:
        assert "location" not in client.post("/writers", json={"name": "Jane"}).headers

    def test_it_is_documented(self, client: TestClient) -> None:
        paths = client.get("/openapi.json").json()["paths"]
        assert set(paths["/novels"]["post"]["responses"]["201"]["headers"]) == {"Location", "ETag"}
        assert "headers" not in paths["/writers"]["post"]["responses"]["201"]
        assert "headers" not in paths["/novels/bulk"]["post"]["responses"]["200"]

    # A proxy may take the root path off, or leave it.
    @pytest.mark.parametrize("sent", ["", "/root"])
    def test_it_begins_at_the_root(self, db: Database, sent: str) -> None:
        app = Talarian(extensions=[db])
        app.include_router(novels(prefix="/{shop}/novels"), prefix="/v1")
        with TestClient(app, root_path="/root") as client:
            made = client.post(f"{sent}/v1/a%3Fb%25 c/novels", json={"title": "Emma"})
            assert made.headers["location"] == "/root/v1/a%3Fb%25%20c/novels/1"

    def test_it_begins_with_the_mount(self, db: Database) -> None:
        app = Talarian(extensions=[db])
        app.mount("/{shop}", library(db))
        with TestClient(app, root_path="/root") as client:
            made = client.post("/root/jane/novels", json={"title": "Emma"})
            assert made.headers["location"] == "/root/jane/novels/1"


class TestIds:
    @pytest.mark.parametrize("path", ["/novels/x", "/novels/99999999999", "/tracks/1"])
    @pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
    def test_a_bad_one_is_422(self, client: TestClient, path: str, method: str) -> None:
        answer = client.request(method, path, json={} if method == "PATCH" else None)
        assert answer.status_code == 422
        assert problems(answer)[0][1] == ["path", "id"]

    @pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
    def test_one_that_is_not_there_is_404(self, client: TestClient, method: str) -> None:
        body = {"title": "Emma"} if method in ("PUT", "PATCH") else None
        answer = client.request(method, "/novels/7", json=body)
        assert answer.status_code == 404
        assert answer.json() == {"detail": "There is no Novel with this id."}

    def test_keys_of_version_7_are_in_order(self, client: TestClient) -> None:
        made = [client.post("/tracks", json={"title": "t"}).json()["id"] for _ in range(5)]
        assert made == sorted(made)
        shown = client.get("/tracks").json()["items"]
        assert [each["id"] for each in shown] == made
        assert client.get(f"/tracks/{made[3]}").json()["id"] == made[3]


class TestPut:
    def test_what_is_left_out_gets_its_default(self, client: TestClient) -> None:
        made = novel(client, price="7.50", length=300)
        answer = client.put(f"/novels/{made['id']}", json={"title": "Emma II"})
        shown = answer.json()
        assert (shown["title"], shown["price"], shown["length"]) == ("Emma II", "5.00", None)

    def test_it_needs_the_whole(self, client: TestClient) -> None:
        made = novel(client)
        answer = client.put(f"/novels/{made['id']}", json={"length": 3})
        assert problems(answer) == [("missing", ["body", "title"])]


class TestPatch:
    def test_what_is_left_out_stays(self, client: TestClient) -> None:
        made = novel(client, price="7.50", length=300)
        shown = client.patch(f"/novels/{made['id']}", json={"title": "Emma II"}).json()
        assert (shown["title"], shown["price"], shown["length"]) == ("Emma II", "7.50", 300)

    def test_null_is_not_absent(self, client: TestClient) -> None:
        made = novel(client, length=300, rating=4.5)
        shown = client.patch(f"/novels/{made['id']}", json={"length": None}).json()
        assert (shown["length"], shown["rating"]) == (None, 4.5)

    def test_null_where_it_is_not_allowed(self, client: TestClient) -> None:
        made = novel(client)
        answer = client.patch(f"/novels/{made['id']}", json={"title": None})
        assert problems(answer) == [("string_type", ["body", "title"])]

    def test_nothing_changes_nothing(self, client: TestClient) -> None:
        made = novel(client, length=300)
        assert client.patch(f"/novels/{made['id']}", json={}).json() == made

    def test_merge_patch_is_the_media_type_for_it(self, client: TestClient) -> None:
        made = novel(client)
        answer = client.patch(
            f"/novels/{made['id']}",
            content='{"length": 5}',
            headers={"Content-Type": "application/merge-patch+json"},
        )
        assert answer.json()["length"] == 5

    def test_fields_that_depend_on_each_other_stay_right(self, client: TestClient) -> None:
        made = novel(client, length=2000)
        answer = client.patch(f"/novels/{made['id']}", json={"price": 0})
        assert answer.status_code == 422
        [error] = answer.json()["detail"]
        assert error["msg"] == "Value error, a long novel is not free"
        assert "input" not in error  # it has what is stored, too


class TestDelete:
    def test_what_others_refer_to_stays(self, client: TestClient) -> None:
        writer = client.post("/writers", json={"name": "Jane"}).json()
        novel(client, writer_id=writer["id"])
        answer = client.delete(f"/writers/{writer['id']}")
        assert answer.status_code == 409
        assert answer.json()["detail"] == [
            {"type": "referred", "loc": ["path", "id"], "msg": "Others still refer to it"}
        ]

    def test_it_is_gone(self, client: TestClient) -> None:
        writer = client.post("/writers", json={"name": "Jane"}).json()
        assert client.delete(f"/writers/{writer['id']}").status_code == 204
        assert client.delete(f"/writers/{writer['id']}").status_code == 404


class TestSoftDelete:
    @pytest.mark.parametrize("path", ["/novels", "/tickets"])
    def test_it_is_left_out_until_it_is_restored(self, client: TestClient, path: str) -> None:
        body = {"title": "Emma"} if path == "/novels" else {"seat": "A1"}
        made = client.post(path, json=body).json()
        one = f"{path}/{made['id']}"
        assert client.delete(one).status_code == 204
        assert client.get(one).status_code == 404
        assert client.patch(one, json={}).status_code == 404
        assert client.delete(one).status_code == 404
        assert client.get(path).json()["items"] == []
        assert client.post(f"{one}/restore").json()["id"] == made["id"]
        assert client.get(one).status_code == 200

    def test_who_may_see_them_asks_for_it(self, client: TestClient) -> None:
        made = novel(client)
        client.delete(f"/novels/{made['id']}")
        shown = client.get("/novels", params={"include_deleted": True}).json()["items"]
        assert [each["id"] for each in shown] == [made["id"]]
        assert client.get("/tickets", params={"include_deleted": True}).status_code == 422

    def test_they_are_left_out_of_relationships_filters_and_counts(
        self, client: TestClient
    ) -> None:
        writer = client.post("/writers", json={"name": "Jane"}).json()
        made = novel(client, writer_id=writer["id"])
        found: dict[str, Any] = {"novels__title": "Emma", "total": True}
        assert client.get("/writers", params=found).json()["total"] == 1
        client.delete(f"/novels/{made['id']}")
        assert client.get("/writers", params=found).json()["total"] == 0

    def test_a_unique_value_stays_taken(self, client: TestClient) -> None:
        client.delete(f"/novels/{novel(client)['id']}")
        assert client.post("/novels", json={"title": "Emma"}).status_code == 409
