"""Types of the user's own, as the types that each database sees."""

from typing import Any

import pytest
from sqlalchemy import CHAR, Dialect, String, Text, Uuid
from sqlalchemy.dialects import mysql, postgresql, sqlite
from sqlalchemy.types import TypeDecorator, TypeEngine

from talarian.sql.migrations.portable_types import portable


class Everywhere(TypeDecorator[str]):
    impl = String


class Key(TypeDecorator[Any]):
    impl = CHAR

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        postgres = dialect.name == "postgresql"
        return dialect.type_descriptor(postgresql.UUID() if postgres else CHAR(32))


class Wrapped(TypeDecorator[Any]):
    impl = Key


class New(TypeDecorator[Any]):
    """Of a version of MySQL that must be asked for, and of no other database."""

    impl = Text

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        version: Any = dialect.server_version_info  # which is there when it is connected
        assert dialect.name == "mysql"
        return mysql.LONGTEXT() if version > (9,) else mysql.TEXT()


class Driven(TypeDecorator[Any]):
    """As drivers see it, some have a class of their own."""

    impl = Uuid

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Uuid())


@pytest.mark.parametrize(
    ("item", "code"),
    [
        (Everywhere(), "String()"),
        (Everywhere(50), "String(length=50)"),
        (Key(), "CHAR(length=32).with_variant(UUID(), 'postgresql')"),
        (Wrapped(), "CHAR(length=32).with_variant(UUID(), 'postgresql')"),
        (Driven(), "Uuid()"),
    ],
)
def test_each_database_has_its_own(item: TypeDecorator[Any], code: str) -> None:
    assert portable(item, sqlite.dialect(), repr) == code


def test_a_type_that_asks_the_database() -> None:
    connected = mysql.dialect()
    connected.server_version_info = (9, 1)
    assert portable(New(), connected, repr) == "LONGTEXT()"


def test_a_type_that_is_not_for_this_database() -> None:
    with pytest.raises(AssertionError):
        portable(New(), sqlite.dialect(), repr)
