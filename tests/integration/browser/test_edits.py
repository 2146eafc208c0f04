"""What the browser writes, and what it refuses."""

import re
from collections.abc import Generator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session as AnySession

from talarian import Talarian
from talarian.browser import DatabaseBrowser
from talarian.sql import Database
from talarian.testclient import TestClient
from tests.integration.browser.models import SECRET, Bird, Note, Person, Team

SAVED = 303


@pytest.fixture
def client(db: Database, browser: DatabaseBrowser) -> Generator[TestClient, None, None]:
    with TestClient(Talarian(extensions=[db, browser]), follow_redirects=False) as client:
        yield client


def post(client: TestClient, path: str, data: dict[str, Any], **headers: str) -> Any:
    """Send the form of a page, as a browser does."""
    form = {"csrftoken": token_of(client, path), **data}
    return client.post(f"/admin/{path}", data=form, headers=headers)


def token_of(client: TestClient, path: str) -> str:
    page = client.get(f"/admin/{path}")
    assert page.status_code == 200
    (token,) = set(re.findall(r'name="csrftoken" value="([^"]+)"', page.text))
    return str(token)


def act(client: TestClient, path: str) -> Any:
    """Do what a button of a list does, as a browser does."""
    client.get("/admin/adm_people/list")
    token = client.cookies["starlette_admin_csrftoken"]
    return client.post(f"/admin/{path}", headers={"X-CSRFToken": token})


def person(db: Database, number: int = 1) -> Person | None:
    with db.sync_transaction() as session:
        found = session.get(Person, number)
        if found:
            assert found.teams is not None  # loads them
            _ = found.biography
        return found


def test_editing(client: TestClient, db: Database) -> None:
    with db.sync_transaction() as session:
        teams = [str(each) for each in session.scalars(select(Team.id))]
    data = {"name": "Jane", "biography": "Long.", "teams": teams}
    assert post(client, "adm_people/edit?pk=1", data).status_code == SAVED
    found = person(db)
    assert found is not None
    assert (found.name, found.biography, found.version) == ("Jane", "Long.", 2)
    assert len(found.teams) == 2
    # What the form does not show stays as it was.
    assert found.password_hash == SECRET
    assert post(client, "adm_people/edit?pk=1", {"name": "Jane"}).status_code == SAVED
    found = person(db)
    assert found is not None
    assert found.teams == []


def test_a_masked_column_cannot_be_written(client: TestClient, db: Database) -> None:
    data = {"name": "Jane", "password_hash": "mine"}
    assert post(client, "adm_people/edit?pk=1", data).status_code == SAVED
    assert post(client, "adm_people/create", {**data, "name": "New"}).status_code == SAVED
    with db.sync_transaction() as session:
        assert not session.scalars(select(Person.id).where(Person.password_hash == "mine")).all()


def test_making(client: TestClient, db: Database) -> None:
    assert post(client, "adm_birds/create", {"wings": "3"}).status_code == SAVED
    note = {"day": "2026-05-06", "text": "new", "colour": "BLUE", "person": "2", "extra": "{}"}
    answer = post(client, "adm_notes/create", note)
    errors = re.findall(r"invalid-feedback[^>]*>([^<]+)<", answer.text)
    assert answer.status_code == SAVED, errors
    with db.sync_transaction() as session:
        assert session.scalars(select(Bird.wings).order_by(Bird.id)).all() == [2, 3]
        assert session.get(Note, (2, date(2026, 5, 6))) is not None


def test_what_the_database_refuses(client: TestClient, db: Database) -> None:
    answer = post(client, "adm_people/edit?pk=1", {"name": "person 02"})
    assert answer.status_code == 422
    assert "The database refused this" in answer.text
    assert post(client, "adm_people/create", {"name": "person 02"}).status_code == 422
    found = person(db)
    assert found is not None
    assert found.name == "person 01"


def test_deleting(client: TestClient, db: Database) -> None:
    answer = act(client, "_api/adm_people/row-action?name=delete&pk=12")
    assert answer.status_code == 200, answer.text
    assert person(db, 12) is None
    answer = act(client, "_api/adm_people/action?name=delete&pks=10&pks=11")
    assert answer.status_code == 200, answer.text
    assert person(db, 10) is None
    # Other rows refer to it.
    answer = act(client, "_api/adm_people/row-action?name=delete&pk=1")
    assert answer.status_code == 400
    assert person(db, 1) is not None


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
    ],
)
def test_other_sites_may_not_write(
    client: TestClient, db: Database, headers: dict[str, str]
) -> None:
    assert post(client, "adm_people/edit?pk=1", {"name": "Eve"}, **headers).status_code == 403
    found = person(db)
    assert found is not None
    assert found.name == "person 01"


def test_forms_of_this_site_may(client: TestClient) -> None:
    for headers in ({"sec-fetch-site": "same-origin"}, {"origin": "http://testserver"}):
        data = {"name": "Jane"}
        assert post(client, "adm_people/edit?pk=1", data, **headers).status_code == SAVED


def test_a_form_has_a_token(client: TestClient, db: Database) -> None:
    client.get("/admin/adm_people/edit?pk=1")
    for data in ({"name": "Eve"}, {"name": "Eve", "csrftoken": "made up"}):
        assert client.post("/admin/adm_people/edit?pk=1", data=data).status_code == 403
    assert client.post("/admin/_api/adm_people/row-action?name=delete&pk=12").status_code == 403
    found = person(db)
    assert found is not None
    assert found.name == "person 01"


def test_only_pages_write(client: TestClient) -> None:
    for method in ("PUT", "PATCH", "DELETE"):
        assert client.request(method, "/admin/adm_people/edit?pk=1").status_code == 405
    assert client.get("/admin/_api/adm_people/row-action?name=delete&pk=12").status_code == 405
    imported = act(client, "_api/adm_people/import")
    assert imported.status_code in (400, 403)


def test_export_has_no_secrets(client: TestClient) -> None:
    client.get("/admin/adm_people/list")
    headers = {"X-CSRFToken": client.cookies["starlette_admin_csrftoken"]}
    path = "/admin/_api/adm_people/action?name=export&all=1"
    answer = client.post(path, headers=headers, data={"format": "csv", "export_type": "csv"})
    assert answer.status_code == 200, answer.text
    assert "person 01" in answer.text
    assert SECRET not in answer.text


def test_a_commit_that_fails_is_no_success(db: Database, browser: DatabaseBrowser) -> None:
    def fail(session: Any) -> None:
        raise RuntimeError("the disk is full")

    app = Talarian(extensions=[db, browser])
    with TestClient(app, follow_redirects=False, raise_server_exceptions=False) as client:
        data = {"name": "Jane", "csrftoken": token_of(client, "adm_people/edit?pk=1")}
        event.listen(AnySession, "before_commit", fail)
        try:
            answer = client.post("/admin/adm_people/edit?pk=1", data=data)
        finally:
            event.remove(AnySession, "before_commit", fail)
    assert answer.status_code == 500
    found = person(db)
    assert found is not None
    assert found.name == "person 01"
