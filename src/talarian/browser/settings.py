"""Settings of the database browser."""

from pydantic_settings import SettingsConfigDict

from talarian.settings import Secret, Settings


class BrowserSettings(Settings):
    """Read from `DATABASE_BROWSER_ENABLED` and so on."""

    model_config = SettingsConfigDict(env_prefix="DATABASE_BROWSER_")

    enabled: bool | None = None
    """Serve it. By default, in development and in tests."""

    username: str = "admin"
    """With `password`: the name to sign in with."""

    password: Secret = Secret("")
    """Ask for this password (HTTP Basic). Not used when `authenticate=` is given."""

    secret_key: Secret = Secret("")
    """What forms are signed with. By default a random one, which other processes and later starts
    do not know."""
