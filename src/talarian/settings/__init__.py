"""Settings from the environment and `.env` files: each with its source, safe in production."""

from pydantic import SecretBytes as SecretBytes, SecretStr as Secret

from .base import InvalidSettings, Settings
from .markers import DevelopmentOnly

__all__ = [
    "DevelopmentOnly",
    "InvalidSettings",
    "Secret",
    "SecretBytes",
    "Settings",
]
