"""Migrations as users have them: an application in a folder, and the command in that folder."""

import json
import os
import sys
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, MetaData, create_engine, text
from sqlalchemy.pool import NullPool
from typer.testing import CliRunner

from talarian import hook
from talarian.cli.application import application
from talarian.cli.failure import Failure
from talarian.sql import Database
from tests.integration.sql.targets import TARGETS, as_param

# asyncpg's URL leads to the same sync driver as psycopg's, with which migrations work.
KINDS = [as_param(target) for target in TARGETS if target.name != "asyncpg"]

on_every_kind = pytest.mark.parametrize("url", KINDS, indirect=True, scope="session")

HEAD = """\
import enum
from sqlalchemy import *
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from talarian import Talarian
from talarian.sql import NAMING_CONVENTION, Database

class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING_CONVENTION)
"""
TAIL = "\napp = Talarian(extensions=[db := Database(models=Base)])\n"


@dataclass
class Project:
    """A folder with an application, whose models change from one step to the next."""

    folder: Path
    url: str
    _steps: int = 0

    def models(self, source: str) -> None:
        """Write the application anew, with these models."""
        self.application(HEAD + source + TAIL)

    def application(self, source: str) -> None:
        """Write the application anew. A module of another name each time, which is imported."""
        self._steps += 1
        (self.folder / f"step{self._steps}.py").write_text(source)

    def run(self, command: str, *arguments: str, fails: bool | None = False) -> str:
        """Run `talarian db COMMAND`; return what it says. With `fails=None` it may fail."""
        module = f"step{self._steps}.py"
        result = CliRunner().invoke(application, ["db", command, module, *arguments])
        if isinstance(result.exception, Failure):
            assert fails is not False, result.exception
            return result.output + str(result.exception)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert fails in (None, result.exit_code == 1), (result.exit_code, result.output)
        return result.output

    def json(self, command: str, *arguments: str, fails: bool | None = False) -> Any:
        return json.loads(self.run(command, *arguments, "--json", fails=fails))

    def generate(self, message: str, *arguments: str) -> Path:
        """Write a revision from the models; return the file."""
        made = self.json("revision", "--autogenerate", "-m", message, *arguments)
        return self.folder / str(made["revision"]["path"])

    @property
    def files(self) -> list[Path]:
        return sorted((self.folder / "migrations").glob("*.py"))

    def engine(self) -> Engine:
        return create_engine(Database(self.url).sync_engine.url, poolclass=NullPool)

    def sql(self, *statements: str) -> list[Any]:
        """Execute statements; return the rows of the last one."""
        rows: list[Any] = []
        engine = self.engine()
        with engine.begin() as connection:
            for statement in statements:
                result = connection.execute(text(statement))
                rows = [tuple(row) for row in result] if result.returns_rows else []
        return rows


@pytest.fixture
def project(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Generator[Project, None, None]:
    """A project on an empty database of each kind."""
    if url.startswith("sqlite"):
        url = f"sqlite:///{tmp_path}/test.db"
    else:
        _empty(url)
    modules, was_installed = set(sys.modules), hook.is_installed()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setattr(os, "environ", dict(os.environ))
    monkeypatch.setenv("DATABASE_URL", url)
    yield Project(tmp_path, url)
    if not was_installed:
        hook.uninstall()
    for name in set(sys.modules) - modules:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(tmp_path)):
            del sys.modules[name]


def _empty(url: str) -> None:
    engine = create_engine(Database(url).sync_engine.url, poolclass=NullPool)
    with engine.begin() as connection:
        _EMPTY[engine.dialect.name](connection)


def _empty_postgresql(connection: Connection) -> None:
    connection.execute(text("DROP SCHEMA public CASCADE"))
    connection.execute(text("DROP SCHEMA IF EXISTS stock CASCADE"))
    connection.execute(text("CREATE SCHEMA public"))


def _empty_mysql(connection: Connection) -> None:
    connection.execute(text("SET FOREIGN_KEY_CHECKS = 0"))
    found = MetaData()
    found.reflect(connection)
    for table in found.tables.values():
        connection.execute(text(f"DROP TABLE {table.name}"))


_EMPTY: dict[str, Callable[[Connection], None]] = {
    "postgresql": _empty_postgresql,
    "mysql": _empty_mysql,
    "mariadb": _empty_mysql,
}
