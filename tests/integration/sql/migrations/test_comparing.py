"""What is compared, and that nothing is found where nothing differs."""

import pytest
from sqlalchemy.exc import DBAPIError

from tests.integration.sql.migrations.conftest import Project, on_every_kind
from tests.integration.sql.targets import only_on

KINDS_OF_COLUMNS = """
import datetime, decimal, uuid

class Mood(enum.Enum):
    good = "good"
    bad = "bad"

class Thing(Base):
    __tablename__ = "things"
    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    small: Mapped[int] = mapped_column(SmallInteger, server_default="7")
    yes: Mapped[bool] = mapped_column(server_default=true())
    no: Mapped[bool] = mapped_column(server_default=false())
    word: Mapped[str] = mapped_column(String(30), server_default="it's a word")
    empty: Mapped[str] = mapped_column(String(30), server_default="")
    long: Mapped[str] = mapped_column(Text)
    price: Mapped[decimal.Decimal] = mapped_column(Numeric(10, 2), server_default="1.50")
    weight: Mapped[float] = mapped_column(Double)
    made: Mapped[datetime.datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now())
    seen: Mapped[datetime.datetime] = mapped_column(server_default=text("CURRENT_TIMESTAMP"))
    day: Mapped[datetime.date | None]
    clock: Mapped[datetime.time | None]
    blob: Mapped[bytes | None]
    data: Mapped[dict | None] = mapped_column(JSON)
    key: Mapped[uuid.UUID]
    mood: Mapped[Mood] = mapped_column(server_default="good")
    plain: Mapped[Mood] = mapped_column(Enum(Mood, native_enum=False, length=20))
    sure: Mapped[int] = mapped_column(CheckConstraint("sure > 0", name="positive"))
    __table_args__ = (UniqueConstraint("word", "small"), Index(None, "day", "clock"))

class Part(Base):
    __tablename__ = "parts"
    thing_id: Mapped[int] = mapped_column(ForeignKey("things.id", ondelete="CASCADE"),
        primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    mood: Mapped[Mood | None] = mapped_column(Enum(Mood, metadata=Base.metadata))
"""

SQLMODEL = """\
import enum
from sqlmodel import Field, SQLModel, MetaData
from talarian import Talarian
from talarian.sql import Database

class Base(SQLModel):
    metadata = MetaData()

class Team(Base, table=True):
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(index=True, unique=True)

class Hero(Base, table=True):
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=50, unique=True)
    team_id: int | None = Field(default=None, foreign_key="team.id")
{more}
app = Talarian(extensions=[Database(models=Base)])
"""


def round_trip(project: Project) -> None:
    project.run("upgrade")
    assert project.json("check")["differences"] == []
    project.run("downgrade", "--to", "-1", "--yes")
    project.run("upgrade")
    assert project.json("check")["differences"] == []


@on_every_kind
def test_types_and_defaults_of_all_kinds(project: Project) -> None:
    project.models(KINDS_OF_COLUMNS)
    project.run("init")
    project.generate("things")
    round_trip(project)


@on_every_kind
def test_a_changed_default_is_found(project: Project) -> None:
    project.models(KINDS_OF_COLUMNS)
    project.run("init")
    project.generate("things")
    project.run("upgrade")
    project.models(
        KINDS_OF_COLUMNS.replace('server_default="7"', 'server_default="8"')
        .replace("server_default=false()", "server_default=true()")
        .replace('server_default="it\'s a word"', 'server_default="Its a word"')
        .replace(', server_default="1.50"', "")
    )
    found = project.json("check", fails=True)["differences"]
    assert len(found) == 4, found
    project.generate("defaults")
    round_trip(project)


@on_every_kind
def test_sqlmodel_without_a_naming_convention(project: Project) -> None:
    project.application(SQLMODEL.format(more=""))
    project.run("init")
    text = project.generate("heroes").read_text()
    assert "sqlmodel" not in text
    assert "fk_hero_team_id_team" in text
    round_trip(project)
    project.application(
        SQLMODEL.replace("unique=True", "").format(
            more="""
    rival_id: int | None = Field(default=None, foreign_key="hero.id")
"""
        )
    )
    text = project.generate("rivals").read_text()
    assert "batch_op.f('uq_hero_name')" in text
    round_trip(project)


@only_on("psycopg")
def test_tables_in_schemas(project: Project) -> None:
    project.sql("CREATE SCHEMA stock", "CREATE TABLE stock.other (id int)")
    project.models("""
class Shelf(Base):
    __tablename__ = "shelves"
    __table_args__ = {"schema": "stock"}
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Enum("wood", "steel", name="kind", schema="stock"))

class Book(Base):
    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True)
    shelf_id: Mapped[int] = mapped_column(ForeignKey("stock.shelves.id"))
""")
    project.run("init")
    made = project.json("revision", "--autogenerate", "-m", "shelves")
    assert "create table stock.shelves (id, kind)" in made["operations"]
    assert "drop table stock.other" in made["operations"]
    round_trip(project)


@only_on("sqlite")
def test_tables_of_others_are_ignored(project: Project) -> None:
    project.sql("CREATE TABLE legacy_users (id int)")
    project.models("")
    project.run("init")
    assert "drop table legacy_users" in project.run("check", fails=True)
    project.application(
        "from sqlalchemy import MetaData\n"
        "from talarian import Talarian\n"
        "from talarian.sql import Database\n"
        "from talarian.sql.migrations import MigrationOptions\n"
        "options = MigrationOptions(ignored_tables=['legacy_*'])\n"
        "app = Talarian(extensions=[Database(models=MetaData(), migrations=options)])\n"
    )
    assert "agrees with the models" in project.run("check")


MOODS = """
class Person(Base):
    __tablename__ = "people"
    id: Mapped[int] = mapped_column(primary_key=True)
    mood: Mapped[str] = mapped_column(Enum({labels}, name="mood"), server_default="good")
"""


@only_on("sqlite", "psycopg", "asyncmy")
def test_values_of_an_enum(project: Project) -> None:
    project.models(MOODS.format(labels="'good', 'bad'"))
    project.run("init")
    project.generate("people")
    project.run("upgrade")
    project.sql("INSERT INTO people (id) VALUES (1)")

    project.models(
        MOODS.format(labels="'fair-to-middling', 'good', 'bad', 'it''s'".replace("''", "\\'"))
    )
    project.generate("more moods")
    project.run("upgrade")
    project.sql("INSERT INTO people (id, mood) VALUES (2, 'fair-to-middling')")
    assert project.json("check")["differences"] == []

    project.sql("DELETE FROM people WHERE id = 2")
    project.run("downgrade", "--to", "-1", "--yes")
    assert project.sql("SELECT id, mood FROM people") == [(1, "good")]
    project.run("upgrade")
    project.sql("INSERT INTO people (id) VALUES (3)")
    assert project.sql("SELECT mood FROM people WHERE id = 3") == [("good",)]

    project.models("")
    project.generate("no people")
    project.run("upgrade")
    project.run("downgrade", "--to", "base", "--yes")
    project.run("upgrade")
    assert project.json("check")["differences"] == []


@only_on("psycopg")
def test_an_enum_is_created_and_dropped(project: Project) -> None:
    types = "SELECT typname FROM pg_type WHERE typname = 'mood'"
    project.models(MOODS.format(labels="'good', 'bad'"))
    project.run("init")
    project.generate("people")
    project.run("upgrade")
    assert project.sql(types) == [("mood",)]
    project.run("downgrade", "--to", "base", "--yes")
    assert project.sql(types) == []


CHECKED = """
class Part(Base):
    __tablename__ = "parts"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(CheckConstraint("number > 0", name="positive"))
    name: Mapped[str] = mapped_column(String(10))
    twice: Mapped[int | None] = mapped_column({computed})
"""


@on_every_kind
def test_checks_and_computed_columns(project: Project) -> None:
    project.models(CHECKED.format(computed='Computed("number * 2", persisted=True)'))
    project.run("init")
    text = project.generate("parts").read_text()
    assert "sa.CheckConstraint('number > 0', name=op.f('ck_parts_positive'))" in text
    round_trip(project)
    project.sql("INSERT INTO parts (id, number, name) VALUES (1, 2, 'wheel')")
    assert project.sql("SELECT twice FROM parts") == [(4,)]
    with pytest.raises(DBAPIError):
        project.sql("INSERT INTO parts (id, number, name) VALUES (2, 0, 'none')")


@on_every_kind
def test_a_check_of_a_new_column_and_what_a_copy_keeps(project: Project) -> None:
    plain = CHECKED.partition("    twice")[0]
    project.models(plain)
    project.run("init")
    project.generate("parts")
    project.run("upgrade")
    more = """
    size: Mapped[int | None] = mapped_column(CheckConstraint("size < 9", name="small"))
"""
    project.models(plain.replace("String(10)", "String(20)") + more)
    project.generate("sizes")
    round_trip(project)
    project.sql("INSERT INTO parts (id, number, name, size) VALUES (1, 2, 'wheel', 3)")
    for values in ("(2, 0, 'none', 3)", "(2, 2, 'big', 10)"):
        with pytest.raises(DBAPIError):
            project.sql(f"INSERT INTO parts (id, number, name, size) VALUES {values}")
