"""The SQL of revisions, for whoever runs it by hand."""

from collections.abc import Sequence
from io import StringIO

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, RevisionStep
from alembic.util import CommandError
from sqlalchemy.exc import CompileError

from talarian.sql.backends import sync_url

from .errors import MigrationError
from .folder import Folder
from .revisions import BASE, place_in
from .running import ALEMBIC, Target


def offline_sql(target: Target, folder: Folder, start: str, end: str) -> str:
    """Write the SQL of the way from one revision to another, without a connection.

    Args:
        target: What kind of database it is for.
        folder: The revisions.
        start: Where the database is.
        end: Where it is to go; if that is older, the SQL is that of a downgrade.

    Raises:
        MigrationError: When the SQL depends on what is in the database.
    """
    begin = [] if start == BASE else [folder.get(start).id]
    goal = folder.single_head() if end == "head" else end
    goal = goal if goal == BASE else folder.get(goal).id
    down = bool(begin) and goal in ({BASE} | _ancestors(folder, begin[0]))

    def choose(current: Sequence[str], context: MigrationContext) -> Sequence[RevisionStep]:
        return folder.downgrades(goal, begin) if down else folder.upgrades(goal, begin)

    output = StringIO()
    scripts = folder.scripts
    with (
        ALEMBIC,
        EnvironmentContext(
            Config(), scripts, fn=choose, as_sql=True, starting_rev=begin[0] if begin else None
        ) as environment,
    ):
        environment.configure(
            url=sync_url(target.url),
            target_metadata=target.metadata,
            version_table=target.version_table,
            transactional_ddl=target.dialect.transactional,
            transaction_per_migration=True,
            output_buffer=output,
            literal_binds=True,
        )
        try:
            with environment.begin_transaction():
                environment.run_migrations()
        except MigrationError:
            raise
        except (CommandError, CompileError, AttributeError, TypeError) as error:
            raise MigrationError(
                f"A revision cannot be written as SQL, at {place_in(error, folder.path)}: it "
                f"needs to look at the database ({str(error).strip()}). On SQLite, every change of "
                "a table does, because the table is copied: use `talarian db upgrade` there."
            ) from error
    return output.getvalue()


def _ancestors(folder: Folder, identifier: str) -> set[str]:
    parents = {revision.id: revision.parents for revision in folder.revisions}
    found: set[str] = set()
    waiting = list(parents[identifier])
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting.extend(parents[one])
    return found
