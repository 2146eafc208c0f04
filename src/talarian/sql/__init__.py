"""SQL databases: sessions for endpoints, units of work, and errors that help."""

from .database import Database
from .dependencies import (
    ReadOnlySession,
    ReadOnlySyncSession,
    Session,
    SyncSession,
    get_read_only_session,
    get_read_only_sync_session,
    get_session,
    get_sync_session,
)
from .errors import (
    CommitUnknown,
    DatabaseUnavailable,
    LazyLoadError,
    PoolExhausted,
    RepeatedQuery,
    TransactionConflict,
    TransactionLost,
    WriteRefused,
)
from .models import NAMING_CONVENTION, Base
from .settings import DatabaseSettings

__all__ = [
    "NAMING_CONVENTION",
    "Base",
    "CommitUnknown",
    "Database",
    "DatabaseSettings",
    "DatabaseUnavailable",
    "LazyLoadError",
    "PoolExhausted",
    "ReadOnlySession",
    "ReadOnlySyncSession",
    "RepeatedQuery",
    "Session",
    "SyncSession",
    "TransactionConflict",
    "TransactionLost",
    "WriteRefused",
    "get_read_only_session",
    "get_read_only_sync_session",
    "get_session",
    "get_sync_session",
]
