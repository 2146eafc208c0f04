"""The code on the page about the browser runs as it stands there; SQLModel's tables have pages."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase
from sqlmodel import Field, SQLModel
from sqlmodel.main import default_registry

from talarian import Talarian
from talarian.browser import DatabaseBrowser
from talarian.sql import Database
from talarian.testclient import TestClient
from tests.integration.sql.test_page import module_of


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    class Fresh(DeclarativeBase):
        """The page's models have names that other tests' models have too."""

    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setattr("talarian.sql.Base", Fresh)
    return module_of("browser.md")


def test_the_page(page: Any) -> None:
    with TestClient(page.app) as client:
        assert client.portal is not None
        client.portal.call(page.db.create_tables)
        assert client.get("/admin/users/list").status_code == 200
    with TestClient(page.guarded) as client:
        assert client.get("/admin").status_code == 401
        assert client.get("/admin", auth=("jane", "")).status_code == 200


def test_sqlmodel(tmp_path: Path) -> None:
    class Own(SQLModel, registry=type(default_registry)(metadata=MetaData())):
        """Of these tests alone."""

    class Parcel(Own, table=True):
        id: int | None = Field(default=None, primary_key=True)
        address: str
        secret_name: str = "nobody"

    db = Database(f"sqlite:///{tmp_path}/parcels.db", models=Own)
    Own.metadata.create_all(db.sync_engine)
    with db.sync_transaction() as session:
        session.add(Parcel(address="Elm Street", secret_name="Clark"))
    with TestClient(Talarian(extensions=[db, DatabaseBrowser(db)])) as client:
        for path in ("list", "detail?pk=1", "edit?pk=1"):
            text = client.get(f"/admin/parcel/{path}").text
            assert "Elm Street" in text
            assert "Clark" not in text
    db.close_sync()
