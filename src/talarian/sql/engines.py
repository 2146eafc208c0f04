"""Engines: the async and the sync way to one database, each with a pool of its own."""

from typing import Any, Generic, TypeVar

from sqlalchemy import URL, Engine, create_engine
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool, QueuePool

from .aborted import refuse_what_is_lost, undo_refused_commits
from .backends import Backend, Mode, async_url, backend_of, is_memory, sync_url
from .pools import PoolWatch
from .repeats import warn_of_repeats
from .settings import DatabaseSettings

E = TypeVar("E", Engine, AsyncEngine)


class Side(Generic[E]):
    """One engine, and its variants for the kinds of transactions, which share its pool."""

    def __init__(self, engine: E, backend: Backend, watch: PoolWatch) -> None:
        self.engine: E = engine
        self.watch = watch
        self._backend = backend
        self._variants: dict[Mode, E] = {}

    @property
    def pool(self) -> QueuePool:
        pool = self.engine.pool
        assert isinstance(pool, QueuePool)
        return pool

    def variant(self, mode: Mode) -> E:
        """The engine for transactions of this kind."""
        found = self._variants.get(mode)
        if found is None:
            found = self.engine.execution_options(**self._backend.options(mode))
            self._variants[mode] = found
        return found


def open_async(
    url: URL, name: str, settings: DatabaseSettings, watch_queries: bool
) -> Side[AsyncEngine]:
    """Make the engine for async sessions. It connects when it is first used."""
    url = async_url(url)
    sizes = _sizes(url, settings)
    watch = PoolWatch(name, sum(sizes.values()))
    pool = watch.pool_class(AsyncAdaptedQueuePool)
    engine = create_async_engine(url, poolclass=pool, **sizes, **_options(url, settings))
    _listen(engine.sync_engine, watch, settings, watch_queries)
    return Side(engine, backend_of(url), watch)


def open_sync(url: URL, name: str, settings: DatabaseSettings, watch_queries: bool) -> Side[Engine]:
    """Make the engine for sync sessions. It connects when it is first used."""
    url = sync_url(url)
    sizes = _sizes(url, settings)
    watch = PoolWatch(f"{name} (sync)", sum(sizes.values()))
    pool = watch.pool_class(QueuePool)
    engine = create_engine(url, poolclass=pool, **sizes, **_options(url, settings))
    _listen(engine, watch, settings, watch_queries)
    return Side(engine, backend_of(url), watch)


def _sizes(url: URL, settings: DatabaseSettings) -> dict[str, int]:
    if is_memory(url):
        # It is gone with its connection, and another connection has another one.
        return {"pool_size": 1, "max_overflow": 0}
    return {"pool_size": settings.pool_size, "max_overflow": settings.max_overflow}


def _options(url: URL, settings: DatabaseSettings) -> dict[str, Any]:
    backend = backend_of(url)
    ping = backend.pre_ping if settings.pre_ping is None else settings.pre_ping
    return {
        "connect_args": backend.connect_args(settings.busy_timeout),
        "pool_timeout": settings.pool_timeout,
        "pool_recycle": -1 if is_memory(url) else settings.pool_recycle,
        "pool_pre_ping": ping,
        "echo": settings.echo,
        "hide_parameters": not settings.echo,
    }


def _listen(
    engine: Engine, watch: PoolWatch, settings: DatabaseSettings, watch_queries: bool
) -> None:
    watch.listen(engine)
    # Before the backend's own listeners, whose statements are the first of a transaction.
    refuse_what_is_lost(engine, backend_of(engine.url))
    backend_of(engine.url).listen(engine)
    undo_refused_commits(engine)
    if watch_queries:
        warn_of_repeats(engine, settings.query_repeats)
