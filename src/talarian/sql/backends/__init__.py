"""The kinds of databases that are supported."""

from collections.abc import Sequence
from importlib.util import find_spec

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from talarian.exceptions import TalarianError

from .base import Backend, Driver, Mode, is_memory
from .mysql import MySQL
from .postgresql import PostgreSQL
from .sqlite import SQLite

__all__ = ["Backend", "Mode", "async_url", "backend_of", "is_memory", "parsed", "sync_url"]

_BACKENDS: Sequence[Backend] = (SQLite(), PostgreSQL(), MySQL())


def parsed(url: str | URL) -> URL:
    """Read a database's URL.

    Raises:
        TalarianError: When it is not one. The text does not show it: it may have a password.
    """
    try:
        read = make_url(url)
    except (ArgumentError, ValueError):
        raise TalarianError(
            "The database's URL cannot be read. It looks like sqlite:///app.db, "
            "postgresql://user:password@host/name or mysql://user:password@host/name; a "
            "password's special characters are percent-encoded."
        ) from None
    return read.set(drivername=_RENAMED.get(read.drivername, read.drivername))


# What hosting companies call it; SQLAlchemy does not know that name.
_RENAMED = {"postgres": "postgresql"}


def backend_of(url: URL) -> Backend:
    """Return what is known of the kind of database in a URL."""
    name = url.get_backend_name()
    for backend in _BACKENDS:
        if name in backend.dialects:
            return backend
    known = ", ".join(sorted(name for backend in _BACKENDS for name in backend.dialects))
    raise TalarianError(f"{name!r} databases are not supported. Supported are: {known}.")


def async_url(url: URL) -> URL:
    """Return the URL with a driver for async sessions: the one it names, or the best there is."""
    backend = backend_of(url)
    return _with_driver(url, backend, backend.async_drivers, "async")


def sync_url(url: URL) -> URL:
    """Return the URL with a driver for sync sessions: the one it names, or the best there is."""
    backend = backend_of(url)
    return _with_driver(url, backend, backend.sync_drivers, "sync")


def _with_driver(url: URL, backend: Backend, drivers: Sequence[Driver], kind: str) -> URL:
    dialect, _, asked = url.drivername.partition("+")
    named = [driver for driver in drivers if driver.name == asked]
    for driver in named or drivers:
        if find_spec(driver.module) is not None:
            return backend.adapted(url.set(drivername=f"{dialect}+{driver.name}"))
    names = " or ".join(driver.name for driver in named or drivers)
    raise TalarianError(
        f"{kind.capitalize()} sessions with {dialect} need {names}, which is not installed here: "
        f'pip install "talarian[{backend.extra}]"'
    )
