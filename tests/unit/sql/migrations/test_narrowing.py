"""Which changes of a type can lose or refuse values."""

import pytest
from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Enum,
    Float,
    Integer,
    LargeBinary,
    Numeric,
    SmallInteger,
    String,
    Text,
    Uuid,
)
from sqlalchemy.dialects import mysql
from sqlalchemy.types import TypeEngine

from talarian.sql.migrations.narrowing import loss

Type = TypeEngine[object]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (String(10), String(20)),
        (String(10), Text()),
        (String(10), String(10)),
        (SmallInteger(), Integer()),
        (Integer(), BigInteger()),
        (mysql.TINYINT(), Integer()),
        (Integer(), Numeric(12, 2)),
        (Numeric(8, 2), Numeric(10, 2)),
        (Numeric(8, 2), Numeric()),
        (Date(), DateTime()),
        (Enum("a"), Enum("a", "b")),
        (Uuid(), String(36)),
        (Integer(), String(20)),
        (Integer(), Text()),
    ],
)
def test_what_fits(before: Type, after: Type) -> None:
    assert loss(before, after) is None


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        (String(20), String(10), "texts of more than 10 characters do not fit"),
        (Text(), String(10), "texts of more than 10 characters do not fit"),
        (BigInteger(), Integer(), "larger numbers do not fit"),
        (Integer(), SmallInteger(), "larger numbers do not fit"),
        (SmallInteger(), mysql.TINYINT(), "larger numbers do not fit"),
        (Numeric(10, 2), Numeric(8, 2), "larger numbers do not fit"),
        (Numeric(10, 2), Numeric(10, 4), "larger numbers do not fit"),
        (Numeric(10, 2), Numeric(10, 0), "values are rounded"),
        (Numeric(), Numeric(10, 2), "larger numbers do not fit"),
        (Numeric(10, 2), Float(), "values are rounded"),
        (Enum("a", "b"), Enum("a"), "the value(s) b are gone"),
        (DateTime(), DateTime(timezone=True), "the time zone is assumed"),
        (DateTime(), Date(), "values are converted, and some may not be convertible"),
        (String(), Integer(), "values are converted, and some may not be convertible"),
        (LargeBinary(), Text(), "values are converted, and some may not be convertible"),
        (Integer(), Boolean(), "values are converted, and some may not be convertible"),
        (Integer(), String(5), "texts of more than 5 characters do not fit"),
    ],
)
def test_what_may_not_fit(before: Type, after: Type, what: str) -> None:
    assert loss(before, after) == what
