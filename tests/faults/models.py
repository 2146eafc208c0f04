"""The tables that the requests of a fault test write to."""

from typing import Any

from sqlalchemy import ForeignKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from talarian.sql import Base

ACCOUNTS = 12
"""Rows of `Account`: few, so that transactions meet on them."""


class Owner(Base):
    __tablename__ = "owners"

    id: Mapped[int] = mapped_column(primary_key=True)


def _cannot_defer(*_: Any, dialect: Any, **__: Any) -> bool:
    return dialect.name in ("mysql", "mariadb")


def _can_defer(*_: Any, dialect: Any, **__: Any) -> bool:
    return not _cannot_defer(dialect=dialect)


class Entry(Base):
    """One part of what a request writes. A key may be there more than once, so that a request that
    was carried out twice shows."""

    __tablename__ = "entries"
    __table_args__ = (
        # Deferred where the database can, so that it is the commit that fails.
        ForeignKeyConstraint(
            ["owner_id"], ["owners.id"], "owner_deferred", deferrable=True, initially="DEFERRED"
        ).ddl_if(callable_=_can_defer),
        ForeignKeyConstraint(["owner_id"], ["owners.id"], "owner").ddl_if(callable_=_cannot_defer),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), index=True)
    part: Mapped[int]
    owner_id: Mapped[int | None]


class Account(Base):
    """Rows that transactions lock in whatever order they like."""

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    moves: Mapped[int] = mapped_column(default=0)


class Counter(Base):
    """What serializable transactions read and then write."""

    __tablename__ = "counters"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    value: Mapped[int] = mapped_column(default=0)
