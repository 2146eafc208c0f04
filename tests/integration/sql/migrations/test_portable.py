"""Revisions that were made on one kind of database run on the others."""

import os

from tests.integration.sql.migrations.conftest import Project
from tests.integration.sql.migrations.test_comparing import KINDS_OF_COLUMNS
from tests.integration.sql.targets import only_on

MORE = """
    note: Mapped[str | None] = mapped_column(String(40), index=True)
    other_id: Mapped[int | None] = mapped_column(ForeignKey("others.id"), index=True)

class Other(Base):
    __tablename__ = "others"
    id: Mapped[int] = mapped_column(primary_key=True)
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
