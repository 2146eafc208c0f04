"""Running revisions: several processes, failures, locks, reviews."""

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator

import pytest

from talarian.sql import Database
from talarian.sql.migrations import MigrationsLocked, Patience
from tests.integration.sql.migrations.conftest import Project, on_every_kind
from tests.integration.sql.targets import only_on

BOOKS = """
class Book(Base):
    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
"""
TAGS = """
class Tag(Base):
    __tablename__ = "tags"
    id: Mapped[int] = mapped_column(primary_key=True)
"""


def edited(project: Project, number: int, old: str, new: str) -> None:
    """Edit one of the revision files."""
    file = project.files[number]
    text = file.read_text()
    assert old in text, text
    file.write_text(text.replace(old, new, 1))


def write_revision(project: Project, message: str, upgrade: str) -> None:
    """Write a revision by hand."""
    before = set(project.files)
    project.run("revision", "-m", message)
    (file,) = set(project.files) - before
    file.write_text(file.read_text().replace("    pass", upgrade, 1))


@on_every_kind
def test_two_upgrades_at_once(project: Project) -> None:
    project.models(BOOKS)
    project.run("init")
    for number in range(3):
        write_revision(
            project,
            f"number {number}",
            "    import time\n"
            f"    op.create_table('t{number}', sa.Column('id', sa.Integer, primary_key=True))\n"
            f"    op.execute('INSERT INTO t{number} (id) VALUES (1)')\n"
            "    time.sleep(0.3)",
        )
    command = [sys.executable, "-m", "talarian", "db", "upgrade", "step1.py"]
    processes = [
        subprocess.Popen(
            command,
            env=dict(os.environ),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(2)
    ]
    said = [process.communicate(timeout=50)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0], said
    assert sum("Nothing to do" in text for text in said) == 1, said
    for number in range(3):
        assert project.sql(f"SELECT id FROM t{number}") == [(1,)]


@on_every_kind
def test_a_revision_that_fails_in_the_middle(project: Project) -> None:
    project.models(BOOKS)
    project.run("init")
    write_revision(project, "good", "    op.create_table('good', sa.Column('id', sa.Integer))")
    write_revision(
        project,
        "bad",
        "    op.create_table('half', sa.Column('id', sa.Integer))\n"
        "    op.execute('INSERT INTO half (id) VALUES (1)')\n"
        "    op.execute('INSERT INTO nowhere (id) VALUES (1)')",
    )
    said = project.run("upgrade", fails=True)
    assert re.search(r"Revision \w+ bad failed, at migrations/.*_bad_\w+\.py:\d+:", said), said
    assert "The statement: INSERT INTO nowhere (id) VALUES (1)" in said
    kind = project.url.partition(":")[0].partition("+")[0]
    applied = project.json("current")["current"]
    if kind == "sqlite":
        assert "Nothing of this revision is in the database." in said
        assert applied == []
    else:
        assert "1 revision(s) before it were applied and stay" in said
        assert len(applied) == 1
    if kind == "mariadb":
        # What changes data is undone; what changes the schema is not.
        assert "  1. CREATE TABLE half" in said and "INSERT INTO half" not in said
        assert project.sql("SELECT * FROM half") == []
        project.sql("DROP TABLE half")
    edited(project, 0 if "bad" in project.files[0].name else 1, "INTO nowhere", "INTO half")
    project.run("upgrade")
    assert len(project.sql("SELECT * FROM half")) == 2


@only_on("psycopg")
def test_what_was_done_outside_of_the_transaction_is_told(project: Project) -> None:
    project.models(BOOKS)
    project.run("init")
    write_revision(
        project,
        "index",
        "    op.create_table('t', sa.Column('id', sa.Integer))\n"
        "    with op.get_context().autocommit_block():\n"
        "        op.create_index('ix', 't', ['id'], postgresql_concurrently=True)\n"
        "    op.execute('SELECT nothing')",
    )
    said = project.run("upgrade", fails=True)
    assert "  1. CREATE TABLE t" in said and "  2. CREATE INDEX CONCURRENTLY ix" in said


@only_on("sqlite")
def test_rows_that_would_refer_to_nothing(project: Project) -> None:
    project.models(BOOKS)
    project.run("init")
    write_revision(
        project,
        "broken",
        "    op.create_table('p', sa.Column('id', sa.Integer, primary_key=True))\n"
        "    op.create_table('c', sa.Column('p_id', sa.Integer, sa.ForeignKey('p.id')))\n"
        "    op.execute('INSERT INTO c (p_id) VALUES (7)')",
    )
    said = project.run("upgrade", fails=True)
    assert "1 row(s) would refer to rows that are not there: c (refers to p)" in said
    assert project.json("current")["current"] == []


@only_on("sqlite")
def test_a_table_with_a_generated_column(project: Project) -> None:
    computed = """    low: Mapped[str] = mapped_column(String(9), Computed("lower(title)"))\n"""
    project.models(BOOKS + computed)
    project.run("init")
    project.generate("books")
    project.run("upgrade")
    project.models(BOOKS.replace("200", "300") + computed)
    file = project.generate("longer titles")
    assert "drop that column before" in project.run("upgrade", fails=True)
    column = "sa.Column('low', sa.String(9), sa.Computed('lower(title)'))"
    file.write_text(
        file.read_text().replace(
            "def upgrade() -> None:\n",
            "def upgrade() -> None:\n    op.drop_column('books', 'low')\n",
        )
        + f"\n\nlater = upgrade\n\n\ndef upgrade():\n    later()\n"
        f"    op.add_column('books', {column})\n"
    )
    project.run("upgrade")
    project.sql("INSERT INTO books (id, title) VALUES (1, 'Emma')")
    assert project.sql("SELECT low FROM books") == [("emma",)]


@only_on("sqlite")
def test_changing_a_table_keeps_the_rows_that_refer_to_it(project: Project) -> None:
    child = """
class Page(Base):
    __tablename__ = "pages"
    id: Mapped[int] = mapped_column(primary_key=True)
    book_id: Mapped[int] = mapped_column(ForeignKey("books.id", ondelete="CASCADE"))
"""
    project.models(BOOKS + child)
    project.run("init")
    project.generate("books")
    project.run("upgrade")
    project.sql("INSERT INTO books VALUES (1, 'Emma')", "INSERT INTO pages VALUES (1, 1)")
    project.models(BOOKS.replace("200", "300") + child)
    project.generate("longer titles")
    project.run("upgrade")
    assert project.sql("SELECT * FROM pages") == [(1, 1)]


@pytest.fixture
def hold(project: Project) -> Generator[Callable[[str], None], None, None]:
    """Holds a lock in another transaction."""
    engine = project.engine()
    with engine.connect() as connection:

        def execute(statement: str) -> None:
            connection.exec_driver_sql(statement)

        yield execute
    engine.dispose()


@only_on("psycopg", "asyncmy")
def test_a_lock_that_others_hold(project: Project, hold: Callable[[str], None]) -> None:
    project.models(BOOKS)
    project.run("init")
    project.generate("books")
    project.run("upgrade")
    project.models(BOOKS + "    isbn: Mapped[str | None] = mapped_column(String(20))\n")
    project.generate("isbn")
    project.sql("INSERT INTO books (id, title) VALUES (1, 'Emma')")
    hold("SELECT * FROM books")
    started = time.monotonic()
    said = project.run("upgrade", "--lock-timeout", "1", fails=True)
    assert time.monotonic() - started < 10
    assert "waited too long for a lock" in said and "--lock-timeout" in said
    assert "open now: " in said


@pytest.mark.anyio
@only_on("psycopg", "asyncmy")
async def test_another_process_that_takes_too_long(project: Project) -> None:
    project.models(BOOKS)
    project.run("init")
    entered, go_on = threading.Event(), threading.Event()
    lock = {
        "postgresql": "SELECT pg_advisory_lock(hashtext('alembic_version'))",
        "mariadb": "SELECT get_lock(sha1(concat(database(), ' ', 'alembic_version')), 0)",
    }[project.url.partition("+")[0]]

    def other() -> None:
        engine = project.engine()
        with engine.connect() as connection:
            connection.exec_driver_sql(lock)
            entered.set()
            go_on.wait(20)
        engine.dispose()

    thread = threading.Thread(target=other)
    thread.start()
    assert entered.wait(20)
    try:
        with pytest.raises(MigrationsLocked, match=r"after 0\.5 s"):
            await Database(project.url).migrations.upgrade(patience=Patience(wait=0.5))
    finally:
        go_on.set()
        thread.join()


@only_on("sqlite")
def test_another_writer_that_takes_too_long(project: Project, hold: Callable[[str], None]) -> None:
    project.models(BOOKS)
    project.run("init")
    project.generate("books")
    hold("BEGIN IMMEDIATE")
    said = project.run("upgrade", "--wait", "0.3", fails=True)
    assert "was not done after 0.3 s. Nothing was changed." in said


@only_on("psycopg")
def test_a_commit_that_fails(project: Project) -> None:
    project.models(BOOKS)
    project.run("init")
    write_revision(
        project,
        "deferred",
        "    op.create_table('p', sa.Column('id', sa.Integer, primary_key=True))\n"
        "    op.execute('CREATE TABLE c (p_id int REFERENCES p DEFERRABLE INITIALLY DEFERRED)')\n"
        "    op.execute('INSERT INTO c VALUES (7)')",
    )
    said = project.run("upgrade", fails=True)
    assert "violates foreign key constraint" in said
    assert "Nothing of this revision is in the database." in said and "stay" not in said
    assert project.json("current")["current"] == []


UNREVIEWED = BOOKS.replace("title", "name")


@only_on("sqlite")
def test_production_refuses_what_nobody_has_reviewed(project: Project) -> None:
    project.models(BOOKS)
    project.run("init")
    project.generate("books")
    project.run("upgrade")
    project.models(UNREVIEWED)
    file = project.generate("names")
    line = file.read_text().splitlines().index("reviewed = False") + 1
    os.environ["TALARIAN_ENV"] = "production"
    said = project.run("upgrade", fails=True)
    assert f"migrations/{file.name}:{line}: " in said
    assert "books.title: it is dropped, and name of the same type is added" in said
    assert "--rename books.title=name" in said
    assert len(project.json("current")["pending"]) == 1
    os.environ["TALARIAN_ENV"] = "development"
    project.run("upgrade")
    project.run("downgrade", "--to", "-1", "--yes")
    os.environ["TALARIAN_ENV"] = "production"
    project.run("upgrade", "--allow-unreviewed")
    project.run("downgrade", "--to", "-1", "--yes")
    file.write_text(file.read_text().replace("reviewed = False", "reviewed = True"))
    project.run("upgrade")


@only_on("sqlite")
def test_several_heads_and_their_merge(project: Project) -> None:
    project.models(BOOKS)
    project.run("init")
    write_revision(project, "first", "    pass")
    (first,) = project.files
    parent = re.search(r"^revision = '(\w+)'", first.read_text(), re.M)
    assert parent is not None
    write_revision(project, "one", "    op.create_table('one', sa.Column('id', sa.Integer))")
    (one,) = set(project.files) - {first}
    hidden = one.read_text()
    one.unlink()
    write_revision(project, "two", "    op.create_table('two', sa.Column('id', sa.Integer))")
    one.write_text(hidden)

    for command in ("upgrade", "heads", "current", "check"):
        said = project.run(command, fails=command != "current")
        assert "There are 2 heads" in said and "talarian db merge" in said, said
    assert "There are 2 heads" in project.run("revision", "-m", "third", fails=True)
    project.run("merge", "-m", "both")
    project.run("upgrade")
    assert project.sql("SELECT * FROM one") == project.sql("SELECT * FROM two") == []
    assert "joins" in project.run("history")
    project.run("downgrade", "--to", parent[1], "--yes")
    assert project.json("current")["current"] == [parent[1]]
