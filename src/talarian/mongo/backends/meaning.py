"""What an error of the driver means for those who wait for an answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pymongo.errors import (
    BulkWriteError,
    ConnectionFailure,
    DuplicateKeyError,
    ExecutionTimeout,
    PyMongoError,
    ServerSelectionTimeoutError,
    WaitQueueTimeoutError,
    WTimeoutError,
)

# https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml
_DUPLICATE_KEY = 11000


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Another document has the same values in fields that an index makes unique."""

    fields: tuple[str, ...]
    """Empty where the server does not say which."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Another transaction was faster. Nothing was written."""


@dataclass(frozen=True, slots=True)
class Unavailable:
    """The server cannot be reached, or does not answer in time."""

    certain: bool
    """Whether nothing was sent, so nothing was written."""


@dataclass(frozen=True, slots=True)
class Busy:
    """No connection became free in time."""


Meaning = Duplicate | Conflict | Unavailable | Busy


def meaning_of(error: PyMongoError) -> Meaning | None:
    """Read an error. None if it is a mistake in the program, as far as anybody can tell."""
    match error:
        case BulkWriteError():
            return _of_bulk(error.details)
        case DuplicateKeyError():
            return Duplicate(_fields(error.details or {}))
        case WaitQueueTimeoutError():
            return Busy()
        case ServerSelectionTimeoutError():
            return Unavailable(certain=True)
        case ConnectionFailure() | ExecutionTimeout() | WTimeoutError():
            return _of_lost(error)
        case _:
            undone = error.has_error_label("TransientTransactionError")
            return Conflict() if undone else None


def _of_lost(error: PyMongoError) -> Meaning:
    if error.has_error_label("UnknownTransactionCommitResult"):
        return Unavailable(certain=False)
    refused = isinstance(error.__cause__, ConnectionRefusedError)
    # A transaction that was not committed is undone.
    undone = error.has_error_label("TransientTransactionError")
    return Unavailable(refused or undone or error.has_error_label("NoWritesPerformed"))


def _of_bulk(details: Mapping[str, Any]) -> Meaning | None:
    first = next(iter(details.get("writeErrors", ())), None)
    if first is None or first.get("code") != _DUPLICATE_KEY:
        return None
    return Duplicate(_fields(first))


def _fields(details: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple("id" if name == "_id" else name for name in details.get("keyPattern", ()))
