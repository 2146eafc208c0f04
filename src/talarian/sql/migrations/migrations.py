"""What can be done with the migrations of one database."""

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from alembic.runtime.migration import MigrationContext, RevisionStep
from sqlalchemy import URL, Connection, MetaData, inspect
from sqlalchemy.ext.asyncio import AsyncEngine

from talarian.concurrency import run_in_threadpool
from talarian.environment import Environment, current_environment
from talarian.sql.migration_options import MigrationOptions
from talarian.sql.settings import DEFAULT_NAME

from .comparing import Comparison, compare
from .connections import connected, engine_for
from .errors import MigrationError, UnreviewedRevisions
from .folder import Folder
from .generating import Generated, flagged, write_generated
from .losses import losses
from .naming import with_convention
from .offline import offline_sql
from .progress import Progress
from .revisions import BASE, Revision, revision_of, shown
from .risks import Risk
from .running import Patience, Target, run
from .status import Status, status_of
from .wording import in_words
from .writing import write_revision

T = TypeVar("T")

_READ_TIMEOUT = 5.0  # seconds to wait for a lock, where nothing is changed


class Migrations:
    """The migrations of a database: `db.migrations`.

    Those that work on the database have an async and a sync form. All of them connect for
    themselves, so the database need not be open.

    Args:
        url: The database.
        name: What the application calls it.
        metadata: The models' tables, if they are known.
        options: Where the revision files are, and what they leave alone.
    """

    def __init__(
        self, url: URL, name: str, metadata: MetaData | None, options: MigrationOptions
    ) -> None:
        self.url = url
        self.path = options.folder_of(name)
        self.option = "" if name == DEFAULT_NAME else f" --database {name}"
        """What is added to commands in messages."""
        self._metadata = metadata
        self._options = options

    def folder(self) -> Folder:
        """The revisions, as they are in the files now."""
        return Folder(self.path, self.option)

    # Up and down.

    async def upgrade(
        self,
        target: str = "head",
        *,
        allow_unreviewed: bool = False,
        patience: Patience | None = None,
        progress: Progress | None = None,
    ) -> Sequence[Revision]:
        """Run the revisions that the database does not have yet.

        One process at a time does it: others wait, and then find nothing to do. So every instance
        of an application may call it when it starts.

        Args:
            target: How far: a revision, `head`, or `+1`.
            allow_unreviewed: Run in production what has risks that nobody has reviewed.
            patience: How long to wait for others.
            progress: Told of each revision.

        Returns:
            The revisions that ran.

        Raises:
            UnreviewedRevisions: In production, before anything ran.
            MigrationFailed: When a revision raised.
            MigrationsLocked: When another process is at it for too long.
            MigrationError: When the target or the database cannot be reached.
        """
        return await run_in_threadpool(
            self.sync_upgrade,
            target,
            allow_unreviewed=allow_unreviewed,
            patience=patience,
            progress=progress,
        )

    def sync_upgrade(
        self,
        target: str = "head",
        *,
        allow_unreviewed: bool = False,
        patience: Patience | None = None,
        progress: Progress | None = None,
    ) -> Sequence[Revision]:
        """`upgrade` for code that is not async."""
        folder = self.folder()

        def choose(current: Sequence[str]) -> Sequence[RevisionStep]:
            steps = folder.upgrades(target, current)
            if not allow_unreviewed:
                _refuse_unreviewed([revision_of(step.revision) for step in steps])
            return steps

        return run(self._target, folder, choose, patience or Patience(), progress or Progress())

    async def downgrade(
        self, target: str, *, patience: Patience | None = None, progress: Progress | None = None
    ) -> Sequence[Revision]:
        """Undo revisions, down to a target which stays. What they added is lost.

        Args:
            target: How far: a revision, `base` for all of them, or `-1` for the newest.
            patience: How long to wait for others.
            progress: Told of each revision.

        Returns:
            The revisions that were undone.

        Raises:
            MigrationFailed: When a revision raised.
            MigrationsLocked: When another process is at it for too long.
            MigrationError: When the target or the database cannot be reached.
        """
        return await run_in_threadpool(
            self.sync_downgrade, target, patience=patience, progress=progress
        )

    def sync_downgrade(
        self, target: str, *, patience: Patience | None = None, progress: Progress | None = None
    ) -> Sequence[Revision]:
        """`downgrade` for code that is not async."""
        folder = self.folder()
        return run(
            self._target,
            folder,
            lambda current: folder.downgrades(target, current),
            patience or Patience(),
            progress or Progress(),
        )

    def losses(self, target: str) -> Sequence[str]:
        """What a downgrade to a target would drop or delete, as far as the files show it."""
        folder = self.folder()
        steps = self._read(lambda it: folder.downgrades(target, self._target.heads_in(it)))
        return [loss for step in steps for loss in losses(Path(step.revision.path))]

    # Looking.

    async def status(self) -> Status:
        """Where the database is, and what it lacks."""
        return await run_in_threadpool(self.sync_status)

    def sync_status(self) -> Status:
        """`status` for code that is not async."""
        return status_of(self._read(self._target.heads_in), self.folder())

    async def check(self, engine: AsyncEngine) -> None:
        """Raise when the database lacks revisions: what readiness asks.

        A database that is ahead of this code is well: while a new version is deployed, the old one
        goes on.

        Args:
            engine: The application's own, so that this takes no connection besides.

        Raises:
            MigrationError: What it lacks.
        """
        async with engine.connect() as connection:
            current = await connection.run_sync(self._target.heads_in)
        status = status_of(current, await run_in_threadpool(lambda: self._deployed))
        if not status.is_current:
            lacks = ", ".join(map(str, status.pending)) or "one of several heads"
            raise MigrationError(
                f"The database lacks revisions: {lacks}. Run: talarian db upgrade{self.option}"
            )

    async def differences(self) -> Sequence[str]:
        """What a revision would have to do for the database to agree with the models, in words."""
        return await run_in_threadpool(self.sync_differences)

    def sync_differences(self) -> Sequence[str]:
        """`differences` for code that is not async."""

        def read(connection: Connection) -> Sequence[str]:
            found = compare(connection, self._tables(), self._options)
            return in_words(found.upgrade, connection.dialect)

        return self._read(read)

    def unmigrated_tables(self) -> Sequence[str]:
        """Tables of the models which the database has although no revision ever ran on it."""

        def read(connection: Connection) -> Sequence[str]:
            if self._metadata is None or self._target.heads_in(connection):
                return []
            there = inspect(connection)
            tables = self._metadata.tables.values()
            return [it.fullname for it in tables if there.has_table(it.name, it.schema)]

        return self._read(read)

    # Files.

    def init(self) -> Path:
        """Make the folder for revisions.

        Raises:
            MigrationError: When it is there already.
        """
        if self.path.exists():
            raise MigrationError(f"There is a folder {shown(self.path)} already.")
        self.path.mkdir(parents=True)
        return self.path

    def new(self, message: str) -> Revision:
        """Write a revision that does nothing yet."""
        return write_revision(self.folder(), message)

    def generate(
        self, message: str, *, initial: bool = False, renames: Sequence[str] = ()
    ) -> Generated | None:
        """Write a revision that makes the database agree with the models.

        Args:
            message: What it does.
            initial: Compare with an empty database, for a first revision where `create_tables()`
                has made the tables.
            renames: What has another name now: `table.old=new` for a column, `old=new` for a table.

        Returns:
            What was written; `None` when they agree, and nothing was.

        Raises:
            MigrationError: When the database is not at the newest revision, or cannot be reached.
        """
        folder, metadata = self.folder(), self._tables()
        folder.single_head()
        if initial and folder.revisions:
            raise MigrationError("--initial is for the first revision, and there are some already.")

        def read(connection: Connection) -> tuple[Comparison, Sequence[Risk]] | None:
            if not initial:
                self._refuse_behind(self._target.heads_in(connection), folder)
            found = compare(connection, metadata, self._options, initial=initial, renames=renames)
            return (found, flagged(found, connection)) if found.upgrade else None

        found = self._read(read)
        return None if found is None else write_generated(folder, message, *found)

    def merge(self, message: str) -> Revision:
        """Write a revision that joins all heads.

        Raises:
            MigrationError: When there is only one.
        """
        folder = self.folder()
        if len(folder.heads) < 2:
            raise MigrationError("There is nothing to merge: there is only one head.")
        return write_revision(folder, message, parents=folder.heads)

    def stamp(self, target: str, *, force: bool = False) -> None:
        """Tell the database which revision it is at, without running any.

        Args:
            target: The revision, `head` or `base`.
            force: Forget what the database says, also if it is a revision without a file.
        """
        folder = self.folder()
        identifier = folder.single_head() if target == "head" else target
        if identifier != BASE:
            identifier = folder.get(identifier).id
        with engine_for(self.url, _READ_TIMEOUT) as engine, connected(engine) as connection:
            opts = {"version_table": self._options.version_table}
            context = MigrationContext.configure(connection, opts=opts)
            if not force:
                folder.refuse_unknown(context.get_current_heads())
            elif context.get_current_heads():
                context._ensure_version_table(purge=True)
            context.stamp(folder.scripts, identifier)
            connection.commit()

    def sql(self, start: str = BASE, target: str = "head") -> str:
        """The SQL of an upgrade, or of a downgrade if `start` is the newer one. Nothing is asked of
        the database, and nothing is done.

        Args:
            start: The revision that the database is at.
            target: The revision to go to.

        Raises:
            MigrationError: When the SQL depends on what is in the database, as a change of a table
                on SQLite does.
        """
        return offline_sql(self._target, self.folder(), start, target)

    # Inner.

    @cached_property
    def _deployed(self) -> Folder:
        """The revisions as they were when this process first asked: its code does not change."""
        return self.folder()

    @property
    def _target(self) -> Target:
        metadata = self._metadata
        named = None if metadata is None else with_convention(metadata)
        return Target(self.url, self._options.version_table, named)

    def _tables(self) -> MetaData:
        if self._metadata is None:
            raise MigrationError(
                "Database(models=…) says which tables there should be. It was not given."
            )
        return self._metadata

    def _read(self, read: Callable[[Connection], T]) -> T:
        with engine_for(self.url, _READ_TIMEOUT) as engine, connected(engine) as connection:
            return read(connection)

    def _refuse_behind(self, current: Sequence[str], folder: Folder) -> None:
        folder.refuse_unknown(current)
        status = status_of(current, folder)
        if not status.is_current:
            raise MigrationError(
                f"The database lacks {len(status.pending)} revision(s), so it cannot be compared "
                f"with the models. First: talarian db upgrade{self.option}"
            )


def _refuse_unreviewed(revisions: Sequence[Revision]) -> None:
    unreviewed = [revision for revision in revisions if not revision.reviewed]
    if unreviewed and current_environment() is Environment.PRODUCTION:
        raise UnreviewedRevisions(unreviewed)
