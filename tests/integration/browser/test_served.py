"""The browser behind `talarian run`, whose requests take the fast lane."""

import re
from pathlib import Path

import httpx2
import pytest

from tests.integration.running import serving

MAIN = """\
from sqlalchemy.orm import Mapped, mapped_column

from talarian import Talarian
from talarian.browser import DatabaseBrowser
from talarian.sql import Base, Database

class Word(Base):
    __tablename__ = "words"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]

db = Database("sqlite:///words.db", models=Base)
app = Talarian(extensions=[db, DatabaseBrowser(db)])
Base.metadata.create_all(db.sync_engine)
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TALARIAN_ENV", "development")
    (tmp_path / "main.py").write_text(MAIN)
    return tmp_path


def made(client: httpx2.Client, name: str, **headers: str) -> int:
    """Make a row with the page's form."""
    page = client.get("/admin/words/create")
    (token,) = set(re.findall(r'name="csrftoken" value="([^"]+)"', page.text))
    data = {"csrftoken": token, "name": name}
    return client.post("/admin/words/create", data=data, headers=headers).status_code


@pytest.mark.parametrize("prefix", ["", "/api"])
def test_pages_and_forms(project: Path, prefix: str) -> None:
    arguments = ["--root-path", prefix] if prefix else []
    with (
        serving(project, "run", "main:app", *arguments) as server,
        httpx2.Client(base_url=server.url, trust_env=False) as client,
    ):
        assert made(client, "Emma") == 303
        assert made(client, "Mallory", origin="https://evil.example") == 403
        # The same connection, after a refusal.
        page = client.get("/admin/words/list").text
        assert "Emma" in page
        assert "Mallory" not in page
        assert f"{server.url}{prefix}/admin/static/" in page
        assert client.get("/admin/static/js/list.js").status_code == 200
        assert client.get("/admin", headers={"host": "evil.example"}).status_code == 403
