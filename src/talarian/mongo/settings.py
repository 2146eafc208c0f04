"""Settings of a MongoDB."""

from typing import Annotated

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from talarian.settings import DevelopmentOnly, Secret, Settings

DEFAULT_NAME = "mongo"


class MongoSettings(Settings):
    """Read from `MONGO_URL`, `MONGO_TIMEOUT` and so on.

    A second one with a name of its own has a prefix of its own: `LOGS_MONGO_URL`. What the URL
    says by itself (`?maxPoolSize=5`) goes before these settings.
    """

    model_config = SettingsConfigDict(env_prefix="MONGO_")

    url: str = "mongodb://127.0.0.1:27017/app"
    """Which server and which database: `mongodb://user:password@host/name`,
    `mongodb+srv://user:password@cluster/name`."""

    pool_size: int = Field(default=50, ge=1)
    """The most connections to each server, for each process."""

    server_timeout: float = Field(default=2.0, gt=0)
    """Seconds to look for a server that answers, before a request is answered 503."""

    pool_timeout: float = Field(default=5.0, gt=0)
    """Seconds to wait for a free connection, before a request is answered 503."""

    timeout: float = Field(default=10.0, gt=0)
    """Seconds to wait for the answer to one operation, or for a new connection."""

    create_indexes: bool | None = None
    """Create missing indexes at the start. By default, everywhere but in production, where
    `talarian mongo indexes --apply` does it when you want it."""

    trusted_network: bool = False
    """Nobody can listen on the way to the server, so production may do without TLS."""

    cursor_key: Annotated[Secret, DevelopmentOnly()] = Secret("a key for development")
    """Signs the cursors of pages."""


def settings_class(name: str) -> type[MongoSettings]:
    """Return the class that reads the settings of the MongoDB with this name."""
    if name == DEFAULT_NAME:
        return MongoSettings
    prefix = f"{name.upper().replace('-', '_')}_MONGO_"
    return type(
        "MongoSettings",
        (MongoSettings,),
        {"model_config": SettingsConfigDict(env_prefix=prefix), "__module__": __name__},
    )
