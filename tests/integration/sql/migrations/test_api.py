"""Migrations from Python, and what a health check says of them."""

import sys
from pathlib import Path

import pytest
from sqlalchemy import URL

from talarian import Talarian
from talarian.health import Health
from talarian.sql import Database
from talarian.sql.migrations import MigrationError, MigrationFailed, MigrationOptions
from talarian.testclient import TestClient
from tests.integration.sql.migrations.conftest import Project, on_every_kind
from tests.integration.sql.targets import only_on

BOOKS = """
class Book(Base):
    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True)
"""


@pytest.mark.anyio
@on_every_kind
async def test_up_and_down_in_async_code(project: Project) -> None:
    project.models(BOOKS)
    project.run("init")
    project.generate("books")
    async with Database(project.url) as db:
        assert not (await db.migrations.status()).is_current
        (ran,) = await db.migrations.upgrade()
        assert ran.message == "books"
        assert (await db.migrations.status()).is_current
        assert await db.migrations.upgrade() == []
        async with db.transaction() as session:
            await session.connection()
        (undone,) = await db.migrations.downgrade("base")
        assert undone.id == ran.id


def ready(app: Talarian) -> tuple[int, dict[str, str]]:
    with TestClient(app) as client:
        response = client.get("/health/ready")
    checks = response.json()["checks"]
    return response.status_code, {name: check["status"] for name, check in checks.items()}


@on_every_kind
def test_readiness(project: Project) -> None:
    def app() -> Talarian:
        return Talarian(extensions=[Database(project.url), Health()])

    project.models(BOOKS)
    assert ready(app()) == (200, {"database": "pass"})  # no folder, no check
    project.run("init")
    assert ready(app()) == (200, {"database": "pass", "migrations": "pass"})
    project.generate("books")
    assert ready(app()) == (503, {"database": "pass", "migrations": "fail"})
    project.run("upgrade")
    assert ready(app()) == (200, {"database": "pass", "migrations": "pass"})
    # The next version is being deployed, and has migrated already.
    project.sql("UPDATE alembic_version SET version_num = 'newer'")
    assert ready(app()) == (200, {"database": "pass", "migrations": "pass"})


@only_on("sqlite")
def test_a_named_database_has_a_check_of_its_own(project: Project, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    db = Database(project.url, name="reports", migrations=tmp_path / "elsewhere")
    assert set(db.checks()) == {"reports", "reports migrations"}


@only_on("sqlite")
def test_an_application_without_migrations_does_not_import_alembic(project: Project) -> None:
    hidden = {name: sys.modules.pop(name) for name in list(sys.modules) if "alembic" in name}
    try:
        Database(project.url).checks()
        assert "alembic" not in sys.modules
    finally:
        sys.modules.update(hidden)


@only_on("sqlite")
def test_a_project_that_has_alembic_already(project: Project) -> None:
    versions = project.folder / "alembic" / "versions"
    versions.mkdir(parents=True)
    (versions.parent / "env.py").write_text("raise RuntimeError('this is not asked')\n")
    (versions / "1a_books.py").write_text(
        '"""books\n\nRevision ID: 1a\nRevises:\n"""\n'
        "from alembic import context, op\nimport sqlalchemy as sa\n\n"
        "revision = '1a'\ndown_revision = None\n\n\n"
        "def upgrade() -> None:\n"
        "    assert not context.is_offline_mode()\n"
        "    op.create_table('books', sa.Column('id', sa.Integer(), primary_key=True))\n\n\n"
        "def downgrade() -> None:\n    op.drop_table('books')\n"
    )
    migrations = Database(project.url, migrations="alembic").migrations
    (ran,) = migrations.sync_upgrade()
    assert (ran.id, ran.message, ran.reviewed) == ("1a", "books", True)
    assert project.sql("SELECT version_num FROM alembic_version") == [("1a",)]


@only_on("sqlite")
def test_the_table_of_the_version_has_another_name(project: Project) -> None:
    project.models(BOOKS)
    project.run("init")
    project.generate("books")
    db = Database(project.url, migrations=MigrationOptions(version_table="shop_version"))
    db.migrations.sync_upgrade()
    assert len(project.sql("SELECT * FROM shop_version")) == 1


@only_on("sqlite")
def test_a_failure_tells_programs_what_stays(project: Project) -> None:
    project.models(BOOKS)
    project.run("init")
    file = project.generate("books")
    file.write_text(file.read_text().replace("def upgrade() -> None:", "def upgrade():\n    1 / 0"))
    with pytest.raises(MigrationFailed, match="ZeroDivisionError: division by zero") as caught:
        Database(project.url).migrations.sync_upgrade()
    assert caught.value.applied == []
    assert caught.value.revision in file.name


@pytest.mark.anyio
async def test_a_database_in_memory() -> None:
    db = Database(URL.create("sqlite").render_as_string(), migrations=Path(__file__).parent)
    with pytest.raises(MigrationError, match="is in memory"):
        await db.migrations.status()
