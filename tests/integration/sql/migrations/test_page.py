"""The code on the page about migrations runs as it stands there."""

import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from tests.integration.sql.migrations.conftest import Project
from tests.integration.sql.targets import only_on

PAGE = Path(__file__).parents[4] / "docs" / "migrations.md"
BEFORE = """
class Book(Base):
    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True)
"""


class Base(DeclarativeBase):
    """The page's own, which other tests' models are not in."""


class Book(Base):
    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(String(2))


@pytest.mark.anyio
@only_on("sqlite")
async def test_the_page(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    text = PAGE.read_text(encoding="utf-8")
    project.models(BEFORE)
    project.run("init")
    first = project.generate("books").read_text()
    revision = re.search(r'```python title="(.*?)"\n(.*?)```', text, re.DOTALL)
    parent = re.search(r"revision = '(\w+)'", first)
    assert revision is not None and parent is not None
    (project.folder / revision[1]).write_text(revision[2].replace("d1be67225ded", parent[1]))

    monkeypatch.setattr("talarian.sql.Base", Base)
    page: Any = ModuleType("page_migrations")
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    exec(compile("\n".join(blocks), str(PAGE), "exec"), vars(page))
    await page.prepare()
    assert len(await page.db.migrations.upgrade()) == 0
    assert project.json("history")[0]["reviewed"] is False
