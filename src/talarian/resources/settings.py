"""Settings of the battery."""

from typing import Annotated

from pydantic_settings import SettingsConfigDict

from talarian.settings import DevelopmentOnly, Secret, Settings


class ResourceSettings(Settings):
    """Read from `RESOURCES_CURSOR_KEY` and so on."""

    model_config = SettingsConfigDict(env_prefix="RESOURCES_")

    cursor_key: Annotated[Secret, DevelopmentOnly()] = Secret("for development, not secret at all")
    """What cursors are signed with: the same in all processes. With a new one, cursors that clients
    still have are refused, and they begin again at the first page."""
