"""Where each setting's value is from."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from pydantic import AliasChoices, AliasPath
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
)

_recorded: ContextVar[dict[str, str] | None] = ContextVar("talarian_settings_origins", default=None)


@contextmanager
def recorded() -> Generator[dict[str, str], None, None]:
    """Collect the origin of each field of the settings that are made inside."""
    origins: dict[str, str] = {}
    token = _recorded.set(origins)
    try:
        yield origins
    finally:
        _recorded.reset(token)


class ProfileSource(DotEnvSettingsSource):
    """The `.env` file of one environment. A class of its own: sources are told apart by theirs."""


class Recorder(PydanticBaseSettingsSource):
    """The last source. It has no values; it sees which of the others has each."""

    def __init__(self, settings_cls: type[BaseSettings], labels: Mapping[str, str]) -> None:
        super().__init__(settings_cls)
        self._labels = labels

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Has no values."""
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        origins = _recorded.get()
        if origins is not None:
            for source, values in self.settings_sources_data.items():
                for name, field in self.settings_cls.model_fields.items():
                    if not values.keys().isdisjoint(keys_of(name, field)):
                        origins.setdefault(name, self._labels.get(source, source))
        return {}


def labels(profile: str) -> dict[str, str]:
    """What each source is called for people, by the name of its class."""
    return {
        InitSettingsSource.__name__: "code",
        EnvSettingsSource.__name__: "environment",
        ProfileSource.__name__: f".env.{profile}",
        DotEnvSettingsSource.__name__: ".env",
        SecretsSettingsSource.__name__: "secrets directory",
    }


def keys_of(name: str, field: FieldInfo) -> list[str]:
    """The keys by which a source may give a field its value: aliases first, then the name."""
    match field.validation_alias:
        case AliasChoices(choices=choices):
            aliases = [_first(choice) for choice in choices]
        case AliasPath() as path:
            aliases = [_first(path)]
        case str(alias):
            aliases = [alias]
        case _:
            aliases = []
    return [*aliases, name]


def _first(choice: str | AliasPath) -> str:
    return choice if isinstance(choice, str) else str(choice.path[0])
