"""The ways to the kinds of databases."""

import os
from dataclasses import dataclass
from typing import Any

import pytest

POSTGRESQL = os.environ.get("POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
MARIADB = os.environ.get("MARIADB_URL", "mariadb://root@127.0.0.1:3306/mysql")


@dataclass(frozen=True)
class Target:
    """A way to reach a kind of database: as users write it, but for the database's name."""

    name: str
    server: str | None = None
    admin: str | None = None
    """The driver with which databases are created."""


TARGETS = (
    Target("sqlite"),
    Target("asyncpg", POSTGRESQL, "psycopg"),
    Target("psycopg", POSTGRESQL, "psycopg"),
    Target("asyncmy", MARIADB, "pymysql"),
)


def as_param(target: Target) -> Any:
    service = pytest.mark.service(target.server or "")
    return pytest.param(target, id=target.name, marks=[service] if target.server else [])


def only_on(*names: str) -> pytest.MarkDecorator:
    """Run a test on these targets alone, where the others have nothing to be tested."""
    chosen = [as_param(target) for target in TARGETS if target.name in names]
    assert len(chosen) == len(names)
    return pytest.mark.parametrize("url", chosen, indirect=True, scope="session")
