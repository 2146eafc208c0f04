"""The code on the pages about settings and databases runs as it stands there."""

import re
import sys
from collections.abc import Generator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy.orm import DeclarativeBase

from talarian.testclient import TestClient

DOCS = Path(__file__).parents[3] / "docs"


def module_of(page: str) -> ModuleType:
    """All Python blocks of a page, one after the other, as one module."""
    text = (DOCS / page).read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    module = ModuleType(f"page_{page.partition('.')[0]}")
    sys.modules[module.__name__] = module
    exec(compile("\n".join(blocks), str(DOCS / page), "exec"), vars(module))
    return module


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Generator[None, None, None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("page"))
        patch.delenv("DATABASE_URL", raising=False)
        yield


@pytest.fixture(scope="module")
def page(folder: None) -> Generator[Any, None, None]:
    class Fresh(DeclarativeBase):
        """The page's models have names that other tests' models have too."""

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("talarian.sql.Base", Fresh)
        yield module_of("sql.md")


def test_the_page_on_databases(page: Any) -> None:
    page.test_books()
    with TestClient(page.app) as client:
        assert client.post("/shelves", json=["Persuasion", "Sanditon"]).json() == 2
        assert client.put("/books/1/stock", params={"stock": 5}).status_code == 200
        assert client.put("/books/9/stock", params={"stock": 5}).status_code == 404
        moved = client.post("/move", params={"source": 1, "target": 2, "number": 2})
        assert moved.status_code == 200
        assert [book["stock"] for book in client.get("/books").json()] == [3, 2, 0]
        assert client.get("/health/ready").json()["checks"]["database"]["status"] == "pass"


def test_the_page_on_settings(folder: None) -> None:
    module = module_of("settings.md")
    with TestClient(module.app) as client:
        assert client.get("/contact").json() == "shop@example.org"
