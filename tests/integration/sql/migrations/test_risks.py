"""What is flagged for a person, on each kind of database."""

from typing import Any

from tests.integration.sql.migrations.conftest import Project, on_every_kind
from tests.integration.sql.targets import only_on

BEFORE = """
class Author(Base):
    __tablename__ = "authors"
    id: Mapped[int] = mapped_column(primary_key=True)

class Book(Base):
    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200), unique=True)
    pages: Mapped[int] = mapped_column(BigInteger)
    isbn: Mapped[str | None] = mapped_column(String(20))
    author_id: Mapped[int | None]

class Old(Base):
    __tablename__ = "old"
    id: Mapped[int] = mapped_column(primary_key=True)
    other: Mapped[int]
"""
AFTER = """
class Author(Base):
    __tablename__ = "authors"
    id: Mapped[int] = mapped_column(primary_key=True)

class Book(Base):
    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(100))
    isbn: Mapped[str] = mapped_column(String(20), unique=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("authors.id"), index=True)
    language: Mapped[str] = mapped_column(String(2))
"""
HARMLESS = (
    BEFORE
    + """
class New(Base):
    __tablename__ = "new"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(9), unique=True, index=True)
    old_id: Mapped[int] = mapped_column(ForeignKey("old.id"), index=True)
"""
)


def found(project: Project, before: str, after: str) -> dict[tuple[str, str], Any]:
    project.models(before)
    project.run("init")
    project.generate("before")
    project.run("upgrade")
    project.models(after)
    risks = project.json("revision", "--autogenerate", "-m", "after")["risks"]
    return {(risk["kind"], risk["where"]): risk for risk in risks}


@on_every_kind
def test_all_that_is_risky(project: Project) -> None:
    risks = found(project, BEFORE, AFTER)
    assert {key for key in risks if key[0] != "lock"} == {
        ("drop", "old"),
        ("drop", "books.pages"),
        ("drop", "books"),
        ("narrower", "books.title"),
        ("not-null", "books.isbn"),
        ("not-null", "books.language"),
        ("unique", "books.isbn"),
        ("reference", "books.author_id"),
    } - ({("drop", "books")} if "mariadb" in project.url else set())
    happens = risks["not-null", "books.language"]["what"]
    assert ("an empty text or a zero" in happens) == ("mariadb" in project.url)
    locks = {where for kind, where in risks if kind == "lock"}
    assert bool(locks) == ("postgresql" in project.url)


@only_on("psycopg")
def test_locks_say_how_big_a_table_is(project: Project) -> None:
    project.models(BEFORE)
    project.run("init")
    project.generate("before")
    project.run("upgrade")
    project.models(AFTER)
    project.sql("INSERT INTO books (title, pages) SELECT i, 1 FROM generate_series(1, 3000) AS i")
    project.sql("ANALYZE books")
    made = project.json("revision", "--autogenerate", "-m", "after")["risks"]
    locks = {risk["where"]: risk for risk in made if risk["kind"] == "lock"}
    assert set(locks) == {
        "books.title",
        "books.isbn",
        "books, constraint uq_books_isbn",
        "books, constraint fk_books_author_id_authors",
        "books, index ix_books_author_id",
    }
    assert all("about 3,000 rows here" in risk["what"] for risk in locks.values())
    assert "postgresql_concurrently" in locks["books, index ix_books_author_id"]["advice"]
    assert "VALIDATE" in locks["books, constraint fk_books_author_id_authors"]["advice"]


@on_every_kind
def test_what_is_new_is_not_risky(project: Project) -> None:
    assert found(project, BEFORE, HARMLESS) == {}
    assert all("reviewed" not in file.read_text() for file in project.files)


@on_every_kind
def test_a_new_column_that_may_be_null_is_not_risky(project: Project) -> None:
    more = "    pen_id: Mapped[int | None] = mapped_column(ForeignKey('old.id'), unique=True)\n"
    class_end = "    author_id: Mapped[int | None]\n"
    risks = found(project, BEFORE, BEFORE.replace(class_end, class_end + more))
    assert {key for key in risks if key[0] != "lock"} == set()
