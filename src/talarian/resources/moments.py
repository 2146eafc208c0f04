"""Moments: times that are UTC on every database, and the columns of when a row came and changed."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect
from sqlalchemy.dialects.mysql import DATETIME
from sqlalchemy.orm import Mapped, declared_attr, mapped_column
from sqlalchemy.types import TypeDecorator, TypeEngine


class Moment(TypeDecorator[datetime]):
    """A moment with its time zone, which is UTC, to the microsecond.

    SQLite and MariaDB do not keep time zones, so UTC is what they get, and it is added again when
    a value is read.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name in ("mysql", "mariadb"):
            return dialect.type_descriptor(DATETIME(fsp=6))  # to the second unless asked
        return super().load_dialect_impl(dialect)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment has a time zone: datetime.now(UTC), not datetime.now().")
        moment = value.astimezone(UTC)
        return moment if dialect.name == "postgresql" else moment.replace(tzinfo=None)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        found: datetime = value
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def now() -> datetime:
    """Return this moment."""
    return datetime.now(UTC)


class Timestamps:
    """Mixin: `created_at` and `updated_at`, set by the application when it writes a row."""

    @declared_attr
    def created_at(cls) -> Mapped[datetime]:
        return mapped_column(Moment(), default=now, nullable=False)

    @declared_attr
    def updated_at(cls) -> Mapped[datetime]:
        return mapped_column(Moment(), default=now, onupdate=now, nullable=False)
