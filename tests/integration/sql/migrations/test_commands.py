"""What the commands say, and what they say when something is wrong."""

import os

import pytest
from typer.testing import CliRunner

from talarian.cli.application import application
from talarian.cli.failure import Failure
from tests.integration.sql.migrations.conftest import Project, on_every_kind
from tests.integration.sql.targets import only_on

BOOKS = """
class Book(Base):
    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200), index=True)
    kind: Mapped[str] = mapped_column(Enum("novel", "poem", name="kind"))
"""
ISBN = BOOKS + "    isbn: Mapped[str | None] = mapped_column(String(20), unique=True)\n"


@pytest.fixture
def books(project: Project) -> Project:
    """A project with one revision, which its database has."""
    project.models(BOOKS)
    project.run("init")
    project.generate("books")
    project.run("upgrade")
    return project


@on_every_kind
def test_check_fails_until_all_agree(books: Project) -> None:
    assert "agrees with the models" in books.run("check")
    books.models(ISBN)
    said = books.run("check", fails=True)
    assert "  add column books.isbn VARCHAR(20)\n" in said
    assert "revision --autogenerate" in said
    books.generate("isbn")
    assert "It lacks 1:" in books.run("check", fails=True)
    books.run("upgrade")
    assert books.json("check")["differences"] == []


@on_every_kind
def test_nothing_to_write(books: Project) -> None:
    said = books.run("revision", "--autogenerate", "-m", "nothing")
    assert said.startswith("The database agrees with the models. No revision was written.")
    assert len(books.files) == 1


@only_on("sqlite")
def test_a_database_that_is_behind_is_not_compared(books: Project) -> None:
    books.run("downgrade", "--to", "base", "--yes")
    said = books.run("revision", "--autogenerate", "-m", "early", fails=True)
    assert "The database lacks 1 revision(s)" in said and "talarian db upgrade" in said
    assert len(books.files) == 1


@only_on("psycopg", "asyncmy")
def test_sql_up_and_down(books: Project) -> None:
    (first,) = books.json("current")["current"]
    books.models(ISBN)
    books.generate("isbn")
    whole = books.run("sql")
    assert "CREATE TABLE books" in whole and "ALTER TABLE books ADD COLUMN isbn" in whole
    if "postgresql" in books.url:
        assert whole.index("CREATE TYPE kind") < whole.index("CREATE TABLE books")
        assert "DROP TYPE IF EXISTS kind" in books.run("sql", "--from", first, "--to", "base")
    part = books.run("sql", "--from", first)
    assert "CREATE TABLE books" not in part and "ADD COLUMN isbn" in part
    down = books.run("sql", "--from", "head", "--to", first)
    assert "DROP COLUMN isbn" in down and "CREATE" not in down
    assert books.run("sql", "--from", first, "--to", first).count("books") == 0


@on_every_kind
def test_the_printed_sql_does_the_same(books: Project) -> None:
    script = books.run("sql")
    books.run("downgrade", "--to", "base", "--yes")
    books.sql("DROP TABLE alembic_version")
    lines = [line for line in script.splitlines() if not line.startswith("--")]
    statements = [it.strip() for it in "\n".join(lines).split(";")]
    books.sql(*(it for it in statements if it and it not in ("BEGIN", "COMMIT")))
    assert books.json("check")["differences"] == []


@only_on("sqlite")
def test_sql_of_a_changed_table_on_sqlite(books: Project) -> None:
    books.models(ISBN)
    books.generate("isbn")
    said = books.run("sql", fails=True)
    assert "needs to look at the database" in said and "talarian db upgrade" in said


@on_every_kind
def test_tables_that_were_made_without_revisions(project: Project) -> None:
    project.models(BOOKS)
    project.run("init")
    project.generate("books")
    project.run("upgrade")
    project.sql("DROP TABLE alembic_version")
    project.files[0].unlink()
    project.folder.joinpath("migrations").rmdir()

    assert "--initial" in project.run("init")
    assert "--initial" in project.run("revision", "--autogenerate", "-m", "first")
    project.run("revision", "--initial", "-m", "first")
    assert "create_table" in project.files[0].read_text()
    said = project.run("upgrade", fails=True)
    assert "talarian db stamp" in said
    project.run("stamp", "--to", "head")
    assert project.json("check")["differences"] == []


@only_on("sqlite")
def test_there_is_no_folder(project: Project) -> None:
    project.models(BOOKS)
    for command in ("upgrade", "current", "history", "check", "sql"):
        said = project.run(command, fails=True)
        assert "There is no folder migrations" in said and "talarian db init" in said


@only_on("sqlite")
def test_revisions_that_are_not_there(books: Project) -> None:
    for arguments in (
        ("upgrade", "--to", "nowhere"),
        ("downgrade", "--to", "nowhere"),
        ("sql", "--to", "nowhere"),
        ("stamp", "--to", "nowhere"),
    ):
        said = books.run(*arguments, fails=True)
        assert "'nowhere' is no revision to go to" in said and "talarian db history" in said
    said = books.run("upgrade", "--to", "+3", fails=True)
    assert "'+3' is no revision to go to" in said


@only_on("sqlite")
def test_a_database_that_is_ahead(books: Project) -> None:
    books.sql("UPDATE alembic_version SET version_num = 'newer'")
    said = books.run("upgrade", fails=True)
    assert "The database is at revision newer, which is not in migrations" in said
    assert "migrated with newer code" in books.run("current")
    books.run("check", fails=True)
    books.run("stamp", "--to", "head", fails=True)
    books.run("stamp", "--to", "head", "--force")
    assert "agrees with the models" in books.run("check")


@only_on("sqlite")
def test_a_revision_that_cannot_be_imported(books: Project) -> None:
    file = books.files[0]
    file.write_text(file.read_text() + "\nimport nothing_like_this\n")
    said = books.run("upgrade", fails=True)
    assert f"migrations/{file.name}:" in said and "nothing_like_this" in said
    file.write_text("def broken(\n")
    said = books.run("upgrade", fails=True)
    assert f"migrations/{file.name}:1" in said and "SyntaxError" in said


@only_on("sqlite")
def test_revisions_that_do_not_fit_together(books: Project) -> None:
    file = books.files[0]
    file.write_text(file.read_text().replace("down_revision = None", "down_revision = 'gone'"))
    said = books.run("upgrade", fails=True)
    assert "do not fit together" in said and "gone" in said


@only_on("sqlite")
def test_a_folder_that_is_there_already(books: Project) -> None:
    assert "There is a folder migrations already" in books.run("init", fails=True)


@pytest.mark.parametrize("target", ["head", "base", "+1"])
def test_a_revision_in_place_of_the_application(target: str) -> None:
    result = CliRunner().invoke(application, ["db", "upgrade", target])
    assert isinstance(result.exception, Failure)
    assert f"--to {target}" in str(result.exception)


UNREACHABLE = [
    "postgresql://somebody:hunter2@127.0.0.1:1/shop?application_name=hunter2",
    "mysql://somebody:hunter2@127.0.0.1:1/shop",
]


@only_on("sqlite")
@pytest.mark.parametrize("address", UNREACHABLE)
def test_a_database_that_cannot_be_reached(books: Project, address: str) -> None:
    os.environ["DATABASE_URL"] = address
    books.models(BOOKS)
    for command in ("upgrade", "current", "check"):
        said = books.run(command, fails=True)
        assert "cannot be reached" in said and "127.0.0.1:1/shop" in said, said
        assert "hunter2" not in said
    said = books.run("history")
    assert "books" in said and "cannot be reached" in said and "hunter2" not in said


@only_on("sqlite")
def test_a_folder_of_sqlite_that_is_not_there(books: Project) -> None:
    os.environ["DATABASE_URL"] = "sqlite:///nowhere/app.db"
    books.models(BOOKS)
    assert "cannot be opened" in books.run("upgrade", fails=True)


@only_on("sqlite")
def test_a_file_that_is_no_database(books: Project) -> None:
    (books.folder / "letter.db").write_text("Dear Jane, " * 100)
    os.environ["DATABASE_URL"] = "sqlite:///letter.db"
    books.models(BOOKS)
    assert "letter.db cannot be used: file is not a database" in books.run("current", fails=True)


TWO = """\
from sqlalchemy import *
from talarian import Talarian
from talarian.sql import Database

books, sales = MetaData(), MetaData()
Table("books", books, Column("id", Integer, primary_key=True))
Table("sales", sales, Column("id", Integer, primary_key=True))
reports = Database("sqlite:///reports.db", name="reports", models=sales)
app = Talarian(extensions=[Database(models=books), reports])
"""


@only_on("sqlite")
def test_two_databases(project: Project) -> None:
    project.application(TWO)
    said = project.run("upgrade", fails=True)
    assert "several databases: database, reports" in said and "--database NAME" in said
    assert "no database 'report'" in project.run("init", "--database", "report", fails=True)
    for name in ("database", "reports"):
        said = project.run("init", "--database", name)
        assert ("--database reports" in said) == (name == "reports")
        project.run("revision", "--autogenerate", "-m", "first", "--database", name)
        project.run("upgrade", "--database", name)
        assert project.json("check", "--database", name)["differences"] == []
    assert len(project.files) == 1
    assert len(list(project.folder.glob("migrations/reports/*.py"))) == 1


@only_on("sqlite")
def test_an_application_without_a_database(project: Project) -> None:
    project.application("from talarian import Talarian\napp = Talarian()\n")
    assert "This application has no database" in project.run("upgrade", fails=True)


@only_on("sqlite")
def test_models_that_are_not_given(project: Project) -> None:
    project.application(
        "from talarian import Talarian\nfrom talarian.sql import Database\n"
        "app = Talarian(extensions=[Database()])\n"
    )
    project.run("init")
    said = project.run("revision", "--autogenerate", "-m", "first", fails=True)
    assert "Database(models=…)" in said


@only_on("sqlite")
def test_an_application_that_cannot_be_imported(project: Project) -> None:
    project.application("import nothing_like_this\n")
    assert "nothing_like_this" in project.run("upgrade", fails=True)
