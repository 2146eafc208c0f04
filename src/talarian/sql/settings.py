"""Settings of a database."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from talarian.settings import Settings


class DatabaseSettings(Settings):
    """Read from `DATABASE_URL`, `DATABASE_POOL_SIZE` and so on.

    A database with a name of its own has a prefix of its own: `REPORTS_DATABASE_URL`.
    """

    model_config = SettingsConfigDict(env_prefix="DATABASE_")

    url: str = "sqlite:///app.db"
    """Which database: `sqlite:///file.db`, `postgresql://user:password@host/name`,
    `mysql://user:password@host/name`. A driver can be named: `postgresql+psycopg://…`."""

    pool_size: int = Field(default=10, ge=1)
    """Connections that are kept open, for each process."""

    max_overflow: int = Field(default=5, ge=0)
    """Connections beyond `pool_size` for a rush; they are closed when it is over."""

    pool_timeout: float = Field(default=5.0, gt=0)
    """Seconds to wait for a connection before answering 503."""

    pool_recycle: float = Field(default=1800.0, gt=0)
    """Seconds after which a connection is replaced: firewalls and servers drop old ones."""

    pre_ping: bool | None = None
    """Ask whether a connection still works before it is used. By default, where there is a server
    that may have been restarted."""

    busy_timeout: float = Field(default=5.0, gt=0)
    """Seconds to wait for a lock, with SQLite and MySQL."""

    echo: bool = False
    """Log every statement."""

    query_warnings: bool | None = None
    """Warn of queries that one line repeats (N+1). By default, in development and in tests."""

    query_repeats: int = Field(default=3, ge=2)
    """How often the same line may send the same query in one unit of work before the warning."""


def settings_class(name: str) -> type[DatabaseSettings]:
    """Return the class that reads the settings of the database with this name."""
    if name == DEFAULT_NAME:
        return DatabaseSettings
    prefix = f"{name.upper().replace('-', '_')}_DATABASE_"
    return type(
        "DatabaseSettings",
        (DatabaseSettings,),
        {"model_config": SettingsConfigDict(env_prefix=prefix), "__module__": __name__},
    )


DEFAULT_NAME = "database"
