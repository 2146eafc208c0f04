"""Settings from the environment and `.env` files: each with its source, safe in production."""

from pydantic import SecretBytes as SecretBytes, SecretStr as Secret

from .base import InvalidSettings, Settings, describe
from .markers import DevelopmentOnly
from .report import development_defaults

__all__ = [
    "DevelopmentOnly",
    "InvalidSettings",
    "Secret",
    "SecretBytes",
    "Settings",
    "describe",
    "development_defaults",
]
