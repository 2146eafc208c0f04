"""Values as they may be shown: without what is secret."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, SecretBytes, SecretStr

MASK = "**********"

# A setting with one of these words in its name is shown as a secret, whatever its type is.
_SECRET_WORDS = frozenset(
    {"credential", "credentials", "dsn", "key", "keys", "passphrase", "passwd", "password"}
    | {"passwords", "secret", "secrets", "token", "tokens"}
)
# RFC 3986, section 3.2.1: what follows the first colon of a URL's user information.
_PASSWORD_IN_URL = re.compile(r"(://[^\s/?#:@]*:)[^\s/?#]*(?=@)")


def is_secret_name(name: str) -> bool:
    """Whether a setting's name says that its value is secret."""
    return not _SECRET_WORDS.isdisjoint(name.lower().split("_"))


def masked(name: str, value: Any) -> Any:
    """Return a value as it may be shown. What is empty is shown: that nothing is set is no secret.

    Args:
        name: The setting's name, which may say that it is secret.
        value: Anything; models and mappings are looked into.
    """
    if value is None or value == "":
        return value
    if isinstance(value, (SecretStr, SecretBytes)):
        return MASK if value.get_secret_value() else ""
    if is_secret_name(name) and not isinstance(value, bool):
        return MASK
    if isinstance(value, BaseModel):
        value = dict(value)
    if isinstance(value, Mapping):
        return {key: masked(str(key), inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [masked("", inner) for inner in value]
    if isinstance(value, (bool, int, float)):
        return value
    return without_password(str(value))


def without_password(text: str) -> str:
    """Replace the passwords of the URLs in a text."""
    return _PASSWORD_IN_URL.sub(rf"\g<1>{MASK}", text)
