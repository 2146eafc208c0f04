"""The browser's pages on each kind of database: reading, and what is not shown."""

import re
from collections.abc import Generator
from typing import Any
from urllib.parse import urlsplit

import pytest

from talarian import Talarian
from talarian.browser import DatabaseBrowser
from talarian.sql import Database
from talarian.testclient import TestClient
from tests.integration.browser.models import SECRET, Person, Team

TABLES = ("people", "teams", "notes", "visits", "vaults", "animals", "birds")
LOCAL = "http://testserver"


@pytest.fixture
def client(db: Database, browser: DatabaseBrowser) -> Generator[TestClient, None, None]:
    with TestClient(Talarian(extensions=[db, browser])) as client:
        yield client


def rows(text: str) -> list[str]:
    """The people on a page, in their order."""
    return list(dict.fromkeys(re.findall(r"person \d\d", text)))


def test_every_table_has_pages(client: TestClient) -> None:
    index = client.get("/admin").text
    for table in TABLES:
        assert f"/admin/adm_{table}/list" in index
        assert client.get(f"/admin/adm_{table}/list").status_code == 200
    for table in ("people", "teams", "notes", "visits", "birds"):
        assert client.get(f"/admin/adm_{table}/create").status_code == 200
    # A subclass in its parent's table has no table, and a secret key none that is shown.
    assert "Dog" not in index
    assert "adm_logins" not in index
    assert client.get("/admin/adm_logins/list").status_code == 404


def test_pages_of_rows(client: TestClient, db: Database) -> None:
    with db.sync_transaction() as session:
        team = session.query(Team.id).filter(Team.name == "writers").scalar()
    for path in (
        "adm_people/{page}?pk=1",
        f"adm_teams/{{page}}?pk={team}",
        "adm_notes/{page}?pk=1,2026-01-02",
        "adm_birds/{page}?pk=2",
        "adm_visits/{page}?pk=1",
    ):
        for page in ("detail", "edit"):
            answer = client.get(f"/admin/{path.format(page=page)}")
            assert answer.status_code == 200, (path, page)
    person = client.get("/admin/adm_people/detail?pk=1").text
    assert "writers" in person
    assert "1, 2026-01-02" in person  # its note, which has no name
    assert "5 bytes" in client.get("/admin/adm_notes/detail?pk=1,2026-01-02").text


@pytest.mark.parametrize("pk", ["99", "abc", "", "1,2", f"{10**30}", "1 OR 1=1", "'"])
def test_rows_that_do_not_exist(client: TestClient, pk: str) -> None:
    for table in ("people", "teams", "notes"):
        for page in ("detail", "edit"):
            params = {"pk": pk}
            assert client.get(f"/admin/adm_{table}/{page}", params=params).status_code == 404


def test_searching_sorting_filtering(client: TestClient) -> None:
    def listed(**params: Any) -> list[str]:
        answer = client.get("/admin/adm_people/list", params=params)
        assert answer.status_code == 200
        return rows(answer.text)

    assert len(listed()) == 10
    assert listed(page=2) == ["person 11", "person 12"]
    assert listed(sort="name__desc")[0] == "person 12"
    assert listed(q="SON 07") == ["person 07"]
    assert listed(q="%") == []
    assert listed(filter='name__contains="n 1"') == ["person 10", "person 11", "person 12"]
    assert client.get("/admin/adm_people/list", params={"filter": "nope__eq=1"}).status_code == 400


def test_secrets_are_on_no_page_and_cannot_be_asked_for(client: TestClient) -> None:
    for path in (
        "adm_people/list",
        "adm_people/detail?pk=1",
        "adm_people/edit?pk=1",
        "adm_vaults/list",
        "_api/adm_people/relation-lookup?pks=1",
        "_api/adm_people/relation-lookup?q=",
        "_api/adm_vaults/relation-lookup?q=",
    ):
        answer = client.get(f"/admin/{path}")
        assert answer.status_code == 200, path
        assert SECRET not in answer.text
    assert "**********" in client.get("/admin/adm_people/list").text
    assert 'name="password_hash"' not in client.get("/admin/adm_people/edit?pk=1").text
    # Searching, sorting and filtering would tell a letter at a time.
    assert rows(client.get("/admin/adm_people/list", params={"q": SECRET}).text) == []
    filtered = client.get(
        "/admin/adm_people/list", params={"filter": f"password_hash__contains={SECRET}"}
    )
    assert filtered.status_code == 400
    sorted_by = client.get("/admin/adm_people/list", params={"sort": "password_hash__desc"})
    assert rows(sorted_by.text)[0] == "person 01"
    # A row that needs a secret cannot be made here.
    assert client.get("/admin/adm_vaults/create").status_code == 403


def test_what_is_masked_is_for_the_developer_to_say(db: Database) -> None:
    browser = DatabaseBrowser(db, mask=[Person.name], reveal=[Person.password_hash])
    with TestClient(Talarian(extensions=[db, browser])) as client:
        page = client.get("/admin/adm_people/list").text
    assert SECRET in page
    assert "person 01" not in page


def test_nothing_is_loaded_from_elsewhere(client: TestClient) -> None:
    for path in ("", "adm_people/list", "adm_notes/create", "adm_people/edit?pk=1"):
        answer = client.get(f"/admin/{path}")
        sources = re.findall(r'<(?:script|link|img)[^>]+(?:src|href)="([^"]+)"', answer.text)
        sources += re.findall(r"@import url\('([^']+)'", answer.text)
        assert sources
        for source in sources:
            assert source.startswith((f"{LOCAL}/admin/", "/admin/", "data:")), source
            path = urlsplit(source)
            assert client.get(f"{path.path}?{path.query}").status_code == 200, source
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"


def test_it_works_behind_a_prefix(db: Database, browser: DatabaseBrowser) -> None:
    app = Talarian(extensions=[db, browser])
    with TestClient(app, root_path="/api") as client:
        page = client.get("/admin/adm_people/list")
        assert page.status_code == 200
        assert f"{LOCAL}/api/admin/adm_people/create" in page.text
        assert f"{LOCAL}/api/admin/static/" in page.text


def test_it_works_in_a_mounted_application(db: Database, browser: DatabaseBrowser) -> None:
    inner = Talarian(extensions=[db, browser])
    outer = Talarian(extensions=[db])
    outer.mount("/inner", inner)
    with TestClient(outer) as client:
        page = client.get("/inner/admin/adm_people/list")
        assert f"{LOCAL}/inner/admin/adm_people/create" in page.text


def test_a_relationship_with_too_many_rows_is_left_out(
    client: TestClient, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("talarian.browser.views.MOST_RELATED", 0)
    assert "writers" not in client.get("/admin/adm_people/detail?pk=1").text
    edit = client.get("/admin/adm_people/edit?pk=1")
    assert 'name="teams"' not in edit.text


def test_it_is_not_in_the_documentation(client: TestClient) -> None:
    assert "/admin" not in client.get("/openapi.json").text
