"""Revisions that were made on one kind of database run on the others."""

import os

import pytest

from tests.integration.sql.migrations.conftest import Project, on_every_kind
from tests.integration.sql.migrations.test_comparing import KINDS_OF_COLUMNS
from tests.integration.sql.targets import only_on

MORE = """
    note: Mapped[str | None] = mapped_column(String(40), index=True)
    other_id: Mapped[int | None] = mapped_column(ForeignKey("others.id"), index=True)

class Other(Base):
    __tablename__ = "others"
    id: Mapped[int] = mapped_column(primary_key=True)
"""


OF_ONES_OWN = """
from talarian.resources import Moment

class Visit(Base):
    __tablename__ = "visits"
    id: Mapped[int] = mapped_column(primary_key=True)
    seen = mapped_column(Moment(), index=True)
"""


def write_on(project: Project, url: str) -> None:
    """Make two revisions on another database than the one they are for."""
    os.environ["DATABASE_URL"] = url
    project.models(KINDS_OF_COLUMNS)
    project.run("init")
    text = project.generate("things").read_text()
    assert "create_enum('mood', ['good', 'bad'])" in text
    assert text.count("create_type=False") == 2
    for default in ("true()", "false()", "func.now()"):
        assert f"server_default=sa.{default}" in text
    project.run("upgrade")
    project.models(KINDS_OF_COLUMNS.replace("String(30)", "String(50)") + MORE)
    project.generate("more")
    project.run("upgrade")


def run_on(project: Project, url: str) -> None:
    """Run them up, down and up on this one."""
    os.environ["DATABASE_URL"] = url
    project.models(KINDS_OF_COLUMNS.replace("String(30)", "String(50)") + MORE)
    project.run("upgrade")
    assert project.json("check", fails=None)["differences"] == []
    project.run("downgrade", "--to", "base", "--yes")
    project.run("upgrade")
    assert project.json("check")["differences"] == []


@only_on("psycopg", "asyncmy")
def test_made_on_sqlite(project: Project) -> None:
    write_on(project, "sqlite:///development.db")
    run_on(project, project.url)


@only_on("psycopg", "asyncmy")
def test_run_on_sqlite(project: Project) -> None:
    write_on(project, project.url)
    run_on(project, "sqlite:///development.db")


@on_every_kind
@pytest.mark.parametrize("made_on", ["sqlite", "the same"])
def test_moments_are_kept_to_the_microsecond(project: Project, made_on: str) -> None:
    os.environ["DATABASE_URL"] = project.url if made_on != "sqlite" else "sqlite:///other.db"
    project.models(OF_ONES_OWN)
    project.run("init")
    text = project.generate("visits").read_text()
    assert "from sqlalchemy.dialects import mysql\n" in text
    assert (
        "sa.DateTime(timezone=True).with_variant(mysql.DATETIME(fsp=6), 'mysql', 'mariadb')" in text
    )
    os.environ["DATABASE_URL"] = project.url
    project.models(OF_ONES_OWN)
    project.run("upgrade")
    assert project.json("check")["differences"] == []
    project.sql("INSERT INTO visits (id, seen) VALUES (1, '2026-01-02 03:04:05.678901')")
    [[seen]] = project.sql("SELECT seen FROM visits")
    assert "05.678901" in str(seen)
