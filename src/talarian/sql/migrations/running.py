"""Running revisions on a database."""

import threading
import time
from collections.abc import Callable, Collection, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, MigrationInfo, RevisionStep
from sqlalchemy import URL, Connection, MetaData
from sqlalchemy.exc import DBAPIError

from .connections import connected, driver_says, engine_for, exclusive
from .dialects import Dialect, dialect_of
from .errors import MigrationFailed, MigrationsLocked
from .failing import explain_failure
from .folder import Folder
from .progress import Progress
from .revisions import Revision, revision_of
from .statements import Statements

Choose = Callable[[Sequence[str]], Sequence[RevisionStep]]
"""Says which steps to run, given the revisions that the database is at; may refuse by raising."""

ALEMBIC = threading.Lock()
"""`from alembic import op` is one object for the whole process."""


@dataclass(frozen=True)
class Patience:
    """How long to wait for others.

    Args:
        lock_timeout: Seconds that a statement waits for a table which others use.
        wait: Seconds to wait for another process that migrates the same database.
    """

    lock_timeout: float = 5.0
    wait: float = 300.0


@dataclass(frozen=True)
class Target:
    """A database, with the names that its revisions need.

    Args:
        url: Where it is.
        version_table: Where it keeps its revision.
        metadata: Whose naming convention constraints without a name get.
    """

    url: URL
    version_table: str
    metadata: MetaData | None

    @property
    def dialect(self) -> Dialect:
        return dialect_of(self.url)

    def heads_in(self, connection: Connection) -> tuple[str, ...]:
        """The revisions that the database is at: none before the first, several after a fork."""
        context = MigrationContext.configure(connection, opts={"version_table": self.version_table})
        return context.get_current_heads()


def run(
    target: Target, folder: Folder, choose: Choose, patience: Patience, progress: Progress
) -> list[Revision]:
    """Run revisions up or down, while no other process does.

    Returns:
        The revisions that ran, in that order.

    Raises:
        MigrationFailed: When one raised.
        MigrationsLocked: When another process migrates the database for too long.
    """
    dialect = target.dialect
    busy = patience.wait if dialect.one_transaction else patience.lock_timeout
    with ALEMBIC, engine_for(target.url, busy) as engine:
        statements = Statements(engine, dialect)
        lock = exclusive(engine, target.version_table, patience.wait, progress.waiting)
        with lock, connected(engine) as connection:
            dialect.prepare(connection, patience.lock_timeout)
            ran: list[Revision] = []
            steps = _Steps(choose, progress, statements, ran, dialect)
            try:
                with _environment(target, folder, connection, steps) as environment:
                    environment.run_migrations()
            except Exception as error:
                if _waited(error, dialect) and steps.revision is None:
                    raise MigrationsLocked(
                        "Another process writes to the database, and was not done after "
                        f"{patience.wait:g} s. Nothing was changed. Try again, or wait longer: "
                        "--wait SECONDS."
                    ) from error
                if steps.revision is None:
                    raise
                raise _failure(steps, statements, folder, connection, error) from error
            return ran


@contextmanager
def _environment(
    target: Target, folder: Folder, connection: Connection, steps: "_Steps"
) -> Generator[EnvironmentContext, None, None]:
    with EnvironmentContext(Config(), folder.scripts, fn=steps) as environment:
        environment.configure(
            connection=connection,
            target_metadata=target.metadata,
            version_table=target.version_table,
            transactional_ddl=target.dialect.transactional,
            transaction_per_migration=not target.dialect.one_transaction,
            on_version_apply=steps.ended,
        )
        with environment.begin_transaction():
            yield environment


class _Steps:
    """Hands Alembic one step after the other, and knows which one runs."""

    def __init__(
        self,
        choose: Choose,
        progress: Progress,
        statements: Statements,
        ran: list[Revision],
        dialect: Dialect,
    ) -> None:
        self.revision: Revision | None = None
        """The one that runs."""
        self.down = False
        self.ran = ran
        self._choose = choose
        self._progress = progress
        self._statements = statements
        self._dialect = dialect
        self._began = 0.0

    def __call__(self, heads: Sequence[str], context: MigrationContext) -> Iterable[RevisionStep]:
        for step in self._choose(heads):
            self._statements.next_revision()
            self.revision, self.down = revision_of(step.revision), step.is_downgrade
            self._progress.begins(self.revision, self.down)
            self._began = time.perf_counter()
            yield step
        self.revision = None

    def ended(
        self,
        ctx: MigrationContext,
        step: MigrationInfo,
        heads: Collection[Any],
        run_args: Mapping[str, Any],
    ) -> None:
        """Called in the transaction of the step, when it has run."""
        assert self.revision is not None and ctx.connection is not None
        self._dialect.after_revision(ctx.connection)
        self.ran.append(self.revision)
        self._progress.ends(self.revision, self.down, time.perf_counter() - self._began)


def _waited(error: Exception, dialect: Dialect) -> bool:
    """Whether others were in the way for too long."""
    return isinstance(error, DBAPIError) and dialect.is_lock_timeout(error.orig or error)


def _failure(
    steps: _Steps, statements: Statements, folder: Folder, connection: Connection, error: Exception
) -> MigrationFailed:
    assert steps.revision is not None
    dialect = dialect_of(connection.engine.url)
    # A commit may fail as well: then it has run, and is not there.
    before = [revision for revision in steps.ran if revision.id != steps.revision.id]
    stay = [] if dialect.one_transaction else before
    with suppress(DBAPIError):  # the connection may be what was lost
        connection.rollback()
    text = explain_failure(
        steps.revision,
        error,
        says=driver_says(error) if isinstance(error, DBAPIError) else None,
        folder=folder.path,
        statement=statements.running,
        committed=statements.committed,
        stay=stay,
        others=dialect.others(connection) if _waited(error, dialect) else None,
    )
    return MigrationFailed(text, steps.revision.id, [revision.id for revision in stay])
