"""Settings as people see them: rows of a table, what is not safe, what is wrong."""

from collections.abc import Iterator, Mapping

from pydantic import ValidationError
from pydantic_settings import BaseSettings

from talarian.extensions import Hazard, Setting

from .markers import DevelopmentOnly
from .masking import masked
from .origins import keys_of


def rows(settings: BaseSettings, origins: Mapping[str, str]) -> Iterator[Setting]:
    """Every field with its source, secrets masked."""
    for name in type(settings).model_fields:
        shown = masked(name, getattr(settings, name))
        yield Setting(variable(type(settings), name), str(shown), origins.get(name, "default"))


def development_defaults(settings: BaseSettings) -> Iterator[Hazard]:
    """The fields that still have a value meant for development."""
    for name, field in type(settings).model_fields.items():
        for marker in field.metadata:
            if isinstance(marker, DevelopmentOnly) and getattr(settings, name) == field.default:
                shown = variable(type(settings), name)
                yield Hazard(
                    f"{shown} has the value that is for development, which everybody knows.",
                    f"Set {shown} in the environment. {marker.advice}",
                )


def variable(cls: type[BaseSettings], name: str) -> str:
    """The environment variable that sets a field."""
    field = cls.model_fields[name]
    key = keys_of(name, field)[0]
    prefix = cls.model_config.get("env_prefix", "") if key == name else ""
    return f"{prefix}{key}".upper()


def explained(cls: type[BaseSettings], error: ValidationError) -> str:
    """Say what is missing or wrong, by variable, without the values."""
    lines = [f"{cls.__name__} cannot be read:"]
    for wrong in error.errors(include_input=False, include_url=False, include_context=False):
        first, *inner = wrong["loc"] or ("",)
        names = [name for name, field in cls.model_fields.items() if first in keys_of(name, field)]
        shown = variable(cls, names[0]) if names else str(first)
        where = ".".join([shown, *map(str, inner)])
        if wrong["type"] == "missing":
            lines.append(f"  {where} is missing: set it in the environment or in .env")
        else:
            lines.append(f"  {where}: {wrong['msg']}")
    return "\n".join(lines)
