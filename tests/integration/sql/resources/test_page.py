"""The code on the page about resources runs as it stands there."""

from collections.abc import Generator
from typing import Any

import pytest
from sqlalchemy.orm import DeclarativeBase

from talarian.testclient import TestClient
from tests.integration.sql.test_page import module_of


@pytest.fixture
def page(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> Generator[Any, None, None]:
    class Fresh(DeclarativeBase):
        """The page's models have names that other tests' models have too."""

    monkeypatch.chdir(tmp_path_factory.mktemp("page"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setattr("talarian.sql.Base", Fresh)
    yield module_of("resources.md")


def test_the_page(page: Any) -> None:
    with TestClient(page.app) as client:
        assert client.portal is not None
        client.portal.call(page.db.create_tables)
        for title, price in (("Emma", "5.00"), ("Persuasion", "6.00"), ("Ulysses", "20.00")):
            assert client.post("/books", json={"title": title, "price": price}).status_code == 201
        first = client.get("/books?sort=-price,title&price__le=9&limit=1")
        assert [each["title"] for each in first.json()["items"]] == ["Persuasion"]
        assert client.get(first.links["next"]["url"]).json()["items"][0]["title"] == "Emma"
        assert client.get("/books?titel=Emma").status_code == 422
        assert len(client.get("/cheap").json()["items"]) == 2
        assert client.get("/cheap/3").status_code == 404
        assert client.get("/newest").json()["items"][0]["title"] == "Ulysses"
        assert client.get("/catalogue?q=pers").json()["items"][0]["title"] == "Persuasion"
        changed = client.patch("/catalogue/1", json={"pages": 474}, headers={"If-Match": '"1"'})
        assert (changed.json()["pages"], changed.headers["etag"]) == (474, '"2"')
        taken = client.patch("/catalogue/1", json={"title": "Ulysses"})
        assert taken.status_code == 409
