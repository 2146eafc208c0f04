"""Tables of every kind that a browser meets."""

from __future__ import annotations

import enum
import uuid
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Interval,
    LargeBinary,
    PickleType,
    String,
    Table,
    Text,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    WriteOnlyMapped,
    mapped_column,
    relationship,
)

from talarian.sql import Database


class Base(DeclarativeBase):
    """Tables of these tests alone."""


membership = Table(
    "adm_membership",
    Base.metadata,
    Column("person_id", ForeignKey("adm_people.id"), primary_key=True),
    Column("team_id", ForeignKey("adm_teams.id"), primary_key=True),
)


class Person(Base):
    __tablename__ = "adm_people"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50), unique=True)
    biography: Mapped[str | None] = mapped_column(Text, deferred=True)
    password_hash: Mapped[str | None] = mapped_column(String(100))
    version: Mapped[int] = mapped_column()
    notes: Mapped[list[Note]] = relationship(back_populates="person")
    teams: Mapped[list[Team]] = relationship(secondary=membership, back_populates="people")
    visits: WriteOnlyMapped[Visit] = relationship(passive_deletes=True)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    @hybrid_property
    def shouted(self) -> str:
        return self.name.upper()


class Team(Base):
    __tablename__ = "adm_teams"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    name: Mapped[str] = mapped_column(String(50))
    people: Mapped[list[Person]] = relationship(secondary=membership, back_populates="teams")


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Note(Base):
    __tablename__ = "adm_notes"

    person_id: Mapped[int] = mapped_column(ForeignKey("adm_people.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(String(100))
    colour: Mapped[Colour] = mapped_column(default=Colour.RED)
    price: Mapped[Decimal | None]
    extra: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    picture: Mapped[bytes | None] = mapped_column(LargeBinary)
    odd: Mapped[Any] = mapped_column(PickleType, nullable=True)
    lasts: Mapped[Any] = mapped_column(Interval, nullable=True)
    changed: Mapped[datetime | None] = mapped_column(onupdate=lambda: datetime.now(UTC))
    person: Mapped[Person] = relationship(back_populates="notes")


class Visit(Base):
    """With a key to a table, and no relationship that says so."""

    __tablename__ = "adm_visits"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("adm_people.id"))


class Login(Base):
    """Its key is a secret: it would be in every address."""

    __tablename__ = "adm_logins"

    token: Mapped[str] = mapped_column(String(50), primary_key=True)


class Vault(Base):
    """Every row must have a secret."""

    __tablename__ = "adm_vaults"

    id: Mapped[int] = mapped_column(primary_key=True)
    api_key: Mapped[str] = mapped_column(String(50))


class Animal(Base):
    __tablename__ = "adm_animals"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))

    __mapper_args__ = {"polymorphic_on": kind, "polymorphic_identity": "animal"}  # noqa: RUF012


class Dog(Animal):
    """In its parent's table."""

    __mapper_args__ = {"polymorphic_identity": "dog"}  # noqa: RUF012


class Bird(Animal):
    """In a table of its own."""

    __tablename__ = "adm_birds"

    id: Mapped[int] = mapped_column(ForeignKey("adm_animals.id"), primary_key=True)
    wings: Mapped[int] = mapped_column(default=2)

    __mapper_args__ = {"polymorphic_identity": "bird"}  # noqa: RUF012


SECRET = "argon2id-of-a-password"


def fill(db: Database) -> None:
    """Twelve people, some with a team and a note."""
    with db.sync_transaction() as session:
        team = Team(name="writers")
        for number in range(1, 13):
            person = Person(name=f"person {number:02}", password_hash=SECRET, teams=[])
            session.add(person)
            session.flush()
        people = session.query(Person).order_by(Person.id).all()
        people[0].teams = [team]
        people[0].notes = [
            Note(day=date(2026, 1, 2), text="hello", extra={"a": 1}, picture=b"12345", odd={1})
        ]
        session.add_all([Visit(person_id=people[0].id), Vault(api_key=SECRET)])
        session.add_all([Login(token=SECRET), Dog(), Bird(), Team(name="readers")])
