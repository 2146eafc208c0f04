"""Renames keep what is in tables and columns."""

from tests.integration.sql.migrations.conftest import Project, on_every_kind

BEFORE = """
class Author(Base):
    __tablename__ = "authors"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50), index=True, unique=True)

class Book(Base):
    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200), index=True)
    pages: Mapped[str] = mapped_column(String(10))
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id"), index=True)
"""
AFTER = """
class Writer(Base):
    __tablename__ = "writers"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50), index=True, unique=True)

class Book(Base):
    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), index=True)
    pages: Mapped[int | None]
    author_id: Mapped[int] = mapped_column(ForeignKey("writers.id"), index=True)
"""
ROWS = "SELECT books.id, books.{title}, pages, {authors}.name FROM books JOIN {authors} ON " + (
    "author_id = {authors}.id"
)


@on_every_kind
def test_renames_up_and_down_and_up(project: Project) -> None:
    project.models(BEFORE)
    project.run("init")
    project.generate("books")
    project.run("upgrade")
    project.sql(
        "INSERT INTO authors (id, name) VALUES (1, 'Jane')",
        "INSERT INTO books (id, title, pages, author_id) VALUES (1, 'Emma', '474', 1)",
    )
    project.models(AFTER)
    suggested = project.json("revision", "--autogenerate", "-m", "suggests")
    said = " ".join(risk["advice"] for risk in suggested["risks"] if risk["kind"] == "rename")
    assert "--rename books.title=name" in said and "--rename authors=writers" in said
    project.files[-1].unlink()

    renames = ("--rename", "books.title=name", "--rename", "authors=writers")
    project.generate("renames", *renames)
    project.run("upgrade")
    after = ROWS.format(title="name", authors="writers")
    assert project.sql(after) == [(1, "Emma", 474, "Jane")]
    # Constraints keep their names; nothing else may differ.
    differences = project.json("check", fails=None)["differences"]
    assert all("authors" in difference or "writers" in difference for difference in differences)
    project.run("downgrade", "--to", "-1", "--yes")
    assert project.sql(ROWS.format(title="title", authors="authors")) == [
        (1, "Emma", "474", "Jane")
    ]
    assert project.sql("SELECT count(*) FROM books") == [(1,)]
    project.run("upgrade")
    assert project.sql(after) == [(1, "Emma", 474, "Jane")]


@on_every_kind
def test_a_rename_that_is_none(project: Project) -> None:
    project.models(BEFORE)
    project.run("init")
    arguments = ("--autogenerate", "-m", "x", "--rename", "books.title=nothing")
    said = project.run("revision", *arguments, fails=True)
    assert "--rename books.title=nothing: the models do not drop books.title" in said
    assert project.files == []
