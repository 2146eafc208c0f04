"""The code on the page about relationships runs as it stands there."""

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import DeclarativeBase

from talarian.testclient import TestClient
from tests.integration.sql.test_page import module_of


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Any, None, None]:
    class Fresh(DeclarativeBase):
        """The page's models have names that other tests' models have too."""

    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setattr("talarian.sql.Base", Fresh)
    yield module_of("relationships.md")


def test_the_page(page: Any) -> None:
    with TestClient(page.app) as client:
        assert client.portal is not None
        client.portal.call(page.db.create_tables)
        with page.db.sync_transaction() as session:
            session.add(page.Writer(name="Jane"))
            session.add_all([page.Tag(name="love"), page.Tag(name="money")])
        body = {"title": "Emma", "writer_id": 1, "tags": [2, 1]}
        added = client.post("/novels", json=body)
        assert added.json() == {
            "id": 1,
            "title": "Emma",
            "writer": {"name": "Jane"},
            "tags": [{"name": "love"}, {"name": "money"}],
        }
        assert client.get("/novels/1").json() == added.json()
        assert client.get("/novels/2").status_code == 404
        put = client.put("/novels/1/tags", json=[2])
        assert put.json()["tags"] == [{"name": "money"}]
        unknown = client.put("/novels/1/tags", json=[2, 77]).json()["detail"]
        assert [each["loc"] for each in unknown] == [["body", 1]]
    page.test_novels_take_two_queries()
