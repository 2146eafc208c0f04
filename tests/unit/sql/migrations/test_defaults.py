"""Server defaults as databases tell them."""

import pytest
from sqlalchemy import Boolean, Column, Integer, String

from talarian.sql.migrations.defaults import differ

TEXT, NUMBER, FLAG = (Column("c", kind) for kind in (String(), Integer(), Boolean()))


@pytest.mark.parametrize(
    ("inspected", "declared", "column"),
    [
        (None, None, TEXT),
        ("NULL", None, TEXT),
        ("'a'", "a", TEXT),
        ("'a'::character varying", "'a'", TEXT),
        (r"'it\'s'", "'it''s'", TEXT),
        ("('7')", "7", NUMBER),
        ("current_timestamp()", "now()", TEXT),
        ("CURRENT_TIMESTAMP", "now()", TEXT),
        ("1", "true", FLAG),
        ("'0'", "false", FLAG),
    ],
)
def test_the_same(inspected: str | None, declared: str | None, column: Column[object]) -> None:
    assert differ(inspected, declared, column, "sqlite") is False


@pytest.mark.parametrize(
    ("inspected", "declared", "column"),
    [
        (None, "'a'", TEXT),
        ("'a'", None, TEXT),
        ("'a'", "'A'", TEXT),
        ("7", "8", NUMBER),
        ("1", "false", FLAG),
        ("1", "true", NUMBER),
    ],
)
def test_another(inspected: str | None, declared: str | None, column: Column[object]) -> None:
    assert differ(inspected, declared, column, "sqlite") is True


def test_postgresql_itself_can_tell() -> None:
    assert differ("nextval('a')", "nextval('b')", NUMBER, "postgresql") is None
