"""Five changes of a schema, one after the other, with data in the tables: up, down and up again."""

from pathlib import Path

from tests.integration.sql.migrations.conftest import Project, on_every_kind

BOOKS = """
class Book(Base):
    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200), index=True)
    price: Mapped[int] = mapped_column(BigInteger, server_default="0")
"""

FIRST = (
    """
class Author(Base):
    __tablename__ = "authors"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
"""
    + BOOKS
)

AUTHORED = (
    FIRST
    + """
    isbn: Mapped[str | None] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(2))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("authors.id"), index=True)
"""
)

RENAMED = AUTHORED.replace("isbn:", "code:")

NARROW = RENAMED.replace("String(100)", "String(60)")

MANY = (
    NARROW.replace(
        '    author_id: Mapped[int | None] = mapped_column(ForeignKey("authors.id"), index=True)\n',
        "",
    )
    + """
written = Table(
    "written", Base.metadata,
    Column("author_id", ForeignKey("authors.id"), primary_key=True),
    Column("book_id", ForeignKey("books.id"), primary_key=True),
)
"""
)


def change(file: Path, old: str, new: str) -> None:
    """Edit a revision as its reader would."""
    text = file.read_text()
    assert old in text, text
    file.write_text(text.replace(old, new, 1))


def five_changes(project: Project) -> None:
    """Make the five revisions, with a row or two in each table before each."""
    project.models(BOOKS)
    project.run("init")
    project.generate("books")
    project.run("upgrade")
    project.sql("INSERT INTO books (id, title) VALUES (1, 'Emma'), (2, 'Persuasion')")

    project.models(FIRST)
    project.generate("authors")
    project.run("upgrade")
    project.sql("INSERT INTO authors (id, name) VALUES (1, 'Jane Austen')")

    project.models(AUTHORED)
    file = project.generate("books have a language and an author")
    assert "books.language" in file.read_text() and "reviewed = False" in file.read_text()
    column = "sa.Column('language', sa.String(length=2), nullable=False)"
    change(file, column, column.replace("False", "True"))
    change(
        file,
        "\n\ndef downgrade",
        """
    op.execute("UPDATE books SET language = 'en'")
    with op.batch_alter_table('books') as batch_op:
        batch_op.alter_column('language', existing_type=sa.String(length=2), nullable=False)


def downgrade""",
    )
    change(file, "reviewed = False", "reviewed = True")
    project.run("upgrade")
    project.sql("UPDATE books SET isbn = '978', author_id = 1 WHERE id = 1")

    project.models(RENAMED)
    project.generate("isbn is a code", "--rename", "books.isbn=code")
    project.run("upgrade")
    assert project.sql("SELECT code FROM books ORDER BY id") == [("978",), (None,)]

    project.models(NARROW)
    project.generate("shorter names")
    project.run("upgrade")

    project.models(MANY)
    file = project.generate("books have several authors")
    change(
        file,
        "    with op.batch_alter_table('books')",
        "    op.execute('INSERT INTO written (author_id, book_id) SELECT author_id, id '\n"
        "               'FROM books WHERE author_id IS NOT NULL')\n"
        "    with op.batch_alter_table('books')",
    )
    project.run("upgrade")


@on_every_kind
def test_up_down_and_up_again(project: Project) -> None:
    five_changes(project)
    assert project.sql("SELECT author_id, book_id FROM written") == [(1, 1)]
    assert "agrees with the models" in project.run("check")

    said = project.run("downgrade", "--to", "-1", fails=True)
    assert "table written" in said and "--yes" in said
    project.run("downgrade", "--to", "-1", "--yes")
    assert project.sql("SELECT id, title, price, code, language FROM books ORDER BY id") == [
        (1, "Emma", 0, "978", "en"),
        (2, "Persuasion", 0, None, "en"),
    ]
    for _ in range(4):
        project.run("downgrade", "--to", "-1", "--yes")
    assert project.sql("SELECT id, title, price FROM books ORDER BY id") == [
        (1, "Emma", 0),
        (2, "Persuasion", 0),
    ]
    project.run("upgrade")
    assert project.sql("SELECT title, language FROM books ORDER BY id")[0] == ("Emma", "en")
    assert "agrees with the models" in project.run("check")
    project.run("downgrade", "--to", "base", "--yes")
    assert project.json("current")["current"] == []
    project.run("upgrade")
    assert "agrees with the models" in project.run("check")
