"""The tables that the requests of a fault test write to."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from talarian.sql import Base

ACCOUNTS = 12
"""Rows of `Account`: few, so that transactions meet on them."""


class Owner(Base):
    __tablename__ = "owners"

    id: Mapped[int] = mapped_column(primary_key=True)


class Entry(Base):
    """One part of what a request writes. A key may be there more than once, so that a request that
    was carried out twice shows."""

    __tablename__ = "entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), index=True)
    part: Mapped[int]
    # Deferred where the database can, so that it is the commit that fails.
    owner_id: Mapped[int | None] = mapped_column(
        ForeignKey("owners.id", deferrable=True, initially="DEFERRED")
    )


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
