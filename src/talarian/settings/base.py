"""The base class of settings."""

from collections.abc import Iterable, Iterator
from typing import Any, Self

from pydantic import PrivateAttr, ValidationError
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from talarian import Talarian
from talarian.environment import Environment, current_environment
from talarian.exceptions import TalarianError
from talarian.extensions import Extension, Hazard, Setting

from .doors import open_doors
from .masking import masked
from .origins import ProfileSource, Recorder, labels, recorded
from .report import development_defaults, explained, rows


class InvalidSettings(TalarianError):
    """Settings are missing or wrong; the text names the variables, and shows no values."""


class Settings(BaseSettings):
    """Settings of an application, read when an object is made.

        class ShopSettings(Settings):
            mail_from: str = "shop@example.org"
            signing_key: Annotated[Secret, DevelopmentOnly()] = Secret("not secret at all")

        settings = ShopSettings.load()
        app = Talarian(extensions=[settings])

    Each field is the variable of its name in capitals. The first of these that has it decides:

    1. what the class was called with
    2. the environment
    3. `.env.development`, `.env.test` or `.env.production`, after `current_environment()`
    4. `.env`, except in tests: they should not depend on what one developer has in it
    5. the files of `secrets_dir`, if the class's `model_config` names one
    6. the default

    A field of type `Secret`, or with a word like `key`, `token` or `password` in its name, is
    masked where settings are shown, and so are passwords in URLs. Once installed, the object is
    there for endpoints as `Annotated[ShopSettings, Installed(ShopSettings)]`.

    Raises:
        InvalidSettings: When a value is missing or wrong.
    """

    model_config = SettingsConfigDict(
        extra="ignore",  # `.env` has the settings of others in it
        env_file=".env",
        env_file_encoding="utf-8",
        hide_input_in_errors=True,
        frozen=True,
    )

    _origins: dict[str, str] = PrivateAttr(default_factory=dict)
    _extension: "SettingsExtension | None" = PrivateAttr(default=None)

    def __init__(self, **values: Any) -> None:
        with recorded() as origins:
            try:
                super().__init__(**values)
            except ValidationError as error:
                raise InvalidSettings(explained(type(self), error)) from None
        self._origins = origins

    @classmethod
    def load(cls) -> Self:
        """Read the settings. Calling the class is the same, and may be given values besides; but
        type checkers would ask for every field there that has no default.

        Raises:
            InvalidSettings: When a value is missing or wrong.
        """
        return cls()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Put the environment's own `.env` file before the common one."""
        profile = current_environment()
        files: list[PydanticBaseSettingsSource] = []
        common = getattr(dotenv_settings, "env_file", None)
        if isinstance(dotenv_settings, DotEnvSettingsSource) and isinstance(common, str):
            files.append(ProfileSource(settings_cls, env_file=f"{common}.{profile}"))
        if profile is not Environment.TEST:
            files.append(dotenv_settings)
        sources = (init_settings, env_settings, *files, file_secret_settings)
        return (*sources, Recorder(settings_cls, labels(profile)))

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        # Also what `str`, rich and a debugger show.
        for name in type(self).model_fields:
            yield name, masked(name, getattr(self, name))

    def __extension__(self) -> "SettingsExtension":
        if self._extension is None:
            self._extension = SettingsExtension(self)
        return self._extension


def describe(settings: Settings) -> Iterable[Setting]:
    """Every setting with its source, secrets masked: what a battery answers for `settings`."""
    return rows(settings, settings._origins)


class SettingsExtension(Extension):
    """What an application does with an object of settings. Installing the object installs this."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.name = type(settings).__name__.lower()

    def settings(self) -> Iterable[Setting]:
        return describe(self._settings)

    def hazards(self, app: Talarian) -> Iterator[Hazard]:
        yield from development_defaults(self._settings)
        yield from open_doors(app)
