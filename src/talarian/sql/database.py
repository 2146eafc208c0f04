"""The extension: one database."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, MetaData, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm import Session
from starlette.requests import HTTPConnection

from talarian import Talarian
from talarian.concurrency import run_in_threadpool
from talarian.environment import Environment, current_environment
from talarian.exceptions import TalarianError
from talarian.extensions import Check, Extension, Hazard, Measurement, Setting
from talarian.settings import describe

from .backends import Mode, backend_of, is_memory, parsed
from .engines import Side, open_async, open_sync
from .failures import add_handlers
from .idempotent import Idempotent
from .lazy import explain_detached_errors
from .migration_options import MigrationOptions
from .retries import Retries
from .sessions import ASYNC, READ_ONLY, session_class
from .settings import DEFAULT_NAME, DatabaseSettings, settings_class
from .units import sync_unit_of_work, unit_of_work
from .work import INFO, Work

if TYPE_CHECKING:
    from .migrations import Migrations

# RFC 9110, section 9.2.1: methods that are asked not to change anything.
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})

_OPTIONS: dict[str, Any] = {
    # The response is made of objects that were just committed.
    "expire_on_commit": False,
    # A stream or a background task that goes on with the session would take a connection that
    # nobody gives back.
    "close_resets_only": False,
}


class Database(Extension):
    """A database: engines, sessions, units of work.

        app = Talarian(extensions=[db := Database(models=Base)])

        @app.post("/books")
        async def add(book: NewBook, session: Session) -> BookOut: ...

    Settings come from `DATABASE_URL` and its neighbours (see `DatabaseSettings`). Without a URL it
    is the SQLite file `app.db`, set up for a server. Async sessions and sync ones have a pool of
    connections each; the second is made when it is first used.

    Args:
        url: Which database. Without it, the settings say.
        name: Of a second database: its settings are `NAME_DATABASE_URL` and so on.
        models: The base class of the models, SQLModel, or a `MetaData`: the tables.
        settings: Instead of those in the environment.
        migrations: The folder of the revision files, or more about them.
        async_session: The class of async sessions, for example SQLModel's.
        sync_session: The class of sync sessions; of the session inside an async one too, unless
            that class says which.

    Raises:
        TalarianError: When the URL cannot be read, or that kind of database is not supported.
    """

    name = DEFAULT_NAME

    def __init__(
        self,
        url: str | None = None,
        *,
        name: str = DEFAULT_NAME,
        models: type[Any] | MetaData | None = None,
        settings: DatabaseSettings | None = None,
        migrations: str | Path | MigrationOptions | None = None,
        async_session: type[AsyncSession] = AsyncSession,
        sync_session: type[Session] = Session,
    ) -> None:
        self.name = name
        given: dict[str, Any] = {} if url is None else {"url": url}
        self._settings = settings or settings_class(name)(**given)
        self.url = parsed(self._settings.url if url is None else url)
        self._backend = backend_of(self.url)
        self.models = models
        """As given: the base class knows the models, its `MetaData` only their tables."""
        self.metadata: MetaData | None = (
            models if models is None or isinstance(models, MetaData) else models.metadata
        )
        self._migration_options = (
            migrations
            if isinstance(migrations, MigrationOptions)
            else MigrationOptions(folder=migrations)
        )
        self._async_class = async_session
        inner = async_session.sync_session_class
        self._inner_class = session_class(sync_session if inner is Session else inner)
        self._sync_class = session_class(sync_session)
        self._async: Side[AsyncEngine] | None = None
        self._sync: Side[Engine] | None = None
        self._opened = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._prepared = False
        self._lock = threading.Lock()
        explain_detached_errors()

    # What an application asks of an extension.

    def setup(self, app: Talarian) -> None:
        add_handlers(app)

    @asynccontextmanager
    async def lifespan(self, app: Talarian) -> AsyncGenerator[None, None]:
        async with self:
            yield

    def checks(self) -> Mapping[str, Check]:
        checks: dict[str, Check] = {self.name: self.check}
        if self._migration_options.folder_of(self.name).is_dir():
            name = "migrations" if self.name == DEFAULT_NAME else f"{self.name} migrations"
            checks[name] = self._check_migrations
        return checks

    def hazards(self, app: Talarian) -> Iterator[Hazard]:
        prefix = self._settings.model_config.get("env_prefix", "")
        if is_memory(self.url):
            yield Hazard(
                f"The database {self.name!r} is in memory: it is empty after each start, and each "
                "process has another one.",
                f"Set {prefix}URL, for example to sqlite:///app.db.",
            )
        if self._settings.echo:
            yield Hazard(
                f"{prefix}ECHO logs every statement with its values, passwords and all.",
                f"Leave {prefix}ECHO out.",
            )

    def settings(self) -> Iterable[Setting]:
        return describe(self._settings)

    def metrics(self) -> Iterable[Measurement]:
        for side in (self._async, self._sync):
            if side is not None:
                yield from side.watch.measurements(side.pool)

    # Opening and closing.

    async def __aenter__(self) -> "Database":
        """Open it without an application: `async with db:` in a script."""
        loop = asyncio.get_running_loop()
        if self._opened and self._loop is not loop:
            raise TalarianError(
                f"The database {self.name!r} is open in another event loop already. Close it "
                "there, or make a second Database for this one."
            )
        if not self._opened:
            await run_in_threadpool(self._prepare)
            self._async = open_async(self.url, self.name, self._settings, self._watches_queries())
            self._loop = loop
        self._opened += 1
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._opened -= 1
        if self._opened:
            return
        closing, self._async, self._loop = self._async, None, None
        if closing is not None:
            await closing.engine.dispose()
        await run_in_threadpool(self.close_sync)

    def close_sync(self) -> None:
        """Close the connections of sync sessions; an application does it by itself."""
        with self._lock:
            closing, self._sync = self._sync, None
        if closing is not None:
            closing.engine.dispose()

    @property
    def engine(self) -> AsyncEngine:
        """SQLAlchemy's engine, for what sessions are not made for."""
        return self._async_side().engine

    @property
    def sync_engine(self) -> Engine:
        """SQLAlchemy's engine for sync code."""
        return self._sync_side().engine

    async def check(self) -> None:
        """Ask the database for an answer, as a health check does."""
        async with self._async_side().variant(Mode(writes=False)).connect() as connection:
            await connection.execute(text("SELECT 1"))

    @cached_property
    def migrations(self) -> "Migrations":
        """Its migrations, which `talarian db` works with: `await db.migrations.upgrade()`."""
        from .migrations import Migrations

        return Migrations(self.url, self.name, self.metadata, self._migration_options)

    async def _check_migrations(self) -> None:
        await self.migrations.check(self._async_side().variant(Mode(writes=False)))

    async def create_tables(self) -> None:
        """Create the tables that do not exist, for tests and first steps. They are not changed
        later: that is what migrations are for."""
        if self.metadata is None:
            raise TalarianError("Database(models=…) says which tables there are. It was not given.")
        async with self._async_side().variant(Mode()).begin() as connection:
            await connection.run_sync(self.metadata.create_all)

    # Sessions.

    def transaction(
        self, *, read_only: bool = False, isolation: str | None = None
    ) -> AbstractAsyncContextManager[AsyncSession]:
        """A unit of work outside of a request: `async with db.transaction() as session:`.

        Committed when the block ends, undone when it raises.

        Args:
            read_only: The database refuses writes, and nothing is committed.
            isolation: `READ COMMITTED`, `REPEATABLE READ` or `SERIALIZABLE` instead of the
                database's default.

        Raises:
            TransactionConflict: When the database undid it in favour of another one.
            DatabaseUnavailable: When the connection was lost, or there is none.
            PoolExhausted: When no connection became free in time.
        """
        mode = Mode(read_only=read_only, isolation=isolation)
        return self._unit(mode, Work("a transaction"))

    def sync_transaction(
        self, *, read_only: bool = False, isolation: str | None = None
    ) -> AbstractContextManager[Session]:
        """`transaction` for code that is not async."""
        mode = Mode(read_only=read_only, isolation=isolation)
        return self._sync_unit(mode, Work("a transaction"))

    def idempotent(
        self, *, attempts: int = 5, within: float = 10.0, isolation: str | None = None
    ) -> Idempotent:
        """Declare that a function may run more than once, and run it again where that helps.

            @db.idempotent(isolation="SERIALIZABLE")
            async def transfer(session: AsyncSession, source: int, target: int) -> None: ...

            await transfer(1, 2)

        Each attempt is a unit of work of its own, with a new session as the first argument, which
        callers do not give. It runs again after a serialization failure, a deadlock and a lost
        connection, and after nothing else. The function must be one that does no harm when it
        runs twice: the database undoes what it wrote, but not a mail that it sent. An endpoint
        may be such a function.

        Args:
            attempts: How often it may run, the first time included.
            within: Seconds after which no further attempt begins.
            isolation: As in `transaction`.
        """
        return Idempotent(
            lambda: self.transaction(isolation=isolation),
            lambda: self.sync_transaction(isolation=isolation),
            Retries(attempts, within),
        )

    def request_session(
        self, connection: HTTPConnection, *, read_only: bool = False
    ) -> AbstractAsyncContextManager[AsyncSession]:
        """The unit of work of a request; `Session` and `ReadOnlySession` are made of it.

        For a second database, make a dependency of your own:

            async def get_reports(request: Request) -> AsyncGenerator[AsyncSession]:
                async with reports.request_session(request) as session:
                    yield session

            Reports = Annotated[AsyncSession, Depends(get_reports, scope="function")]
        """
        return self._unit(_mode_of(connection, read_only), Work(connection))

    def sync_request_session(
        self, connection: HTTPConnection, *, read_only: bool = False
    ) -> AbstractContextManager[Session]:
        """`request_session` for plain `def` endpoints."""
        return self._sync_unit(_mode_of(connection, read_only), Work(connection))

    def _unit(self, mode: Mode, work: Work) -> AbstractAsyncContextManager[AsyncSession]:
        session = self._async_class(
            self._async_side().variant(mode),
            sync_session_class=self._inner_class,
            **_OPTIONS,
            info={INFO: work, READ_ONLY: mode.read_only, ASYNC: True},
        )
        return unit_of_work(session, self._backend)

    def _sync_unit(self, mode: Mode, work: Work) -> AbstractContextManager[Session]:
        session = self._sync_class(
            self._sync_side().variant(mode),
            **_OPTIONS,
            info={INFO: work, READ_ONLY: mode.read_only},
        )
        return sync_unit_of_work(session, self._backend)

    def _async_side(self) -> Side[AsyncEngine]:
        if self._async is None:
            raise TalarianError(
                f"The database {self.name!r} is not open: the application's lifespan has not run. "
                "In a test: `with TestClient(app) as client:`. In a script: `async with db:`."
            )
        return self._async

    def _sync_side(self) -> Side[Engine]:
        with self._lock:
            if self._sync is None:
                self._refuse_second_memory()
                self._prepare()
                self._sync = open_sync(self.url, self.name, self._settings, self._watches_queries())
            return self._sync

    def _prepare(self) -> None:
        if not self._prepared:
            self._backend.prepare(self.url, self._settings.busy_timeout)
            self._prepared = True

    def _refuse_second_memory(self) -> None:
        if is_memory(self.url) and self._async is not None and self._async.watch.connects:
            raise TalarianError(
                f"The database {self.name!r} is in memory: there is one connection, which is for "
                "either async or sync sessions. Use a file for both: sqlite:///app.db."
            )

    def _watches_queries(self) -> bool:
        wanted = self._settings.query_warnings
        return current_environment() is not Environment.PRODUCTION if wanted is None else wanted


def _mode_of(connection: HTTPConnection, read_only: bool) -> Mode:
    writes = connection.scope.get("method") not in _SAFE_METHODS
    return Mode(read_only=read_only, writes=writes)
