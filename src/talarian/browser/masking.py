"""Which columns have secrets in them."""

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from sqlalchemy.orm import ColumnProperty, InstrumentedAttribute

MASK = "**********"

_SECRET_WORDS = frozenset(
    {"apikey", "credential", "credentials", "hash", "hashed", "otp", "passphrase", "passwd"}
    | {"password", "pin", "pwd", "salt", "secret", "secrets", "token", "tokens", "totp"}
)
_SECRET_PAIRS = frozenset(
    {("api", "key"), ("private", "key"), ("signing", "key"), ("access", "key")}
)
# Words of a name in either style: `password_hash`, `passwordHash`.
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")


class Masks:
    """The columns whose values are not shown.

    Args:
        mask: Columns to mask beside those whose names say that they are secret.
        reveal: Columns to show although their names say so.
    """

    def __init__(
        self,
        mask: Iterable[InstrumentedAttribute[Any]] = (),
        reveal: Iterable[InstrumentedAttribute[Any]] = (),
    ) -> None:
        self._masked = {_key(attribute) for attribute in mask}
        self._revealed = {_key(attribute) for attribute in reveal}

    def covers(self, prop: ColumnProperty[Any]) -> bool:
        """Whether a column's values are not shown."""
        key = (prop.parent.class_, prop.key)
        if key in self._masked:
            return True
        return key not in self._revealed and any(
            sounds_secret(name) for name in {prop.key, str(prop.columns[0].key)}
        )


def sounds_secret(name: str) -> bool:
    """Whether a column's name says that what is in it is secret."""
    words = [word.lower() for word in _WORD.findall(name)]
    pairs = set(pairwise(words))
    return not (_SECRET_WORDS.isdisjoint(words) and _SECRET_PAIRS.isdisjoint(pairs))


def _key(attribute: InstrumentedAttribute[Any]) -> tuple[Any, str]:
    return (attribute.class_, attribute.key)
