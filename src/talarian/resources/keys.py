"""Primary keys that are random to others and in order to the database: UUIDs of version 7."""

import os
import secrets
import threading
import time
from uuid import UUID

from sqlalchemy import Uuid
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

# RFC 9562, section 5.7: 48 bits of milliseconds, 4 of version, 12 random, 2 of variant, 62 random.
_RANDOM_BITS = 74
_LOW_BITS = 62
# What is added within one millisecond: two keys in sequence do not tell each other's value.
_STEP_BITS = 32


class UUID7Generator:
    """Makes UUIDs of version 7, each larger than the one before.

    Within a millisecond, and when the clock goes backward, the random part goes on from the last
    one by a random step (RFC 9562, section 6.2, method 2).
    """

    def __init__(self) -> None:
        self._milliseconds = 0
        self._random = 0
        self._lock = threading.Lock()
        if hasattr(os, "register_at_fork"):
            # Another thread may have held the lock when this process was forked.
            os.register_at_fork(after_in_child=self._renew)

    def __call__(self) -> UUID:
        with self._lock:
            milliseconds = time.time_ns() // 1_000_000
            if milliseconds > self._milliseconds:
                self._milliseconds = milliseconds
                self._random = secrets.randbits(_RANDOM_BITS)
            else:
                self._random += 1 + secrets.randbits(_STEP_BITS)
                if self._random >> _RANDOM_BITS:
                    self._milliseconds += 1
                    self._random = secrets.randbits(_RANDOM_BITS)
            high, low = self._random >> _LOW_BITS, self._random & ((1 << _LOW_BITS) - 1)
            return UUID(int=self._milliseconds << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low)

    def _renew(self) -> None:
        self._lock = threading.Lock()
        self._milliseconds = 0


uuid7 = UUID7Generator()
"""Return a new UUID of version 7. Those of one process are in the order in which they were made;
those of several are in the order of their milliseconds. They tell when they were made."""


class UUIDKey:
    """Mixin: the primary key `id`, a UUID of version 7 that the application makes."""

    @declared_attr
    def id(cls) -> Mapped[UUID]:
        return mapped_column(Uuid, primary_key=True, default=uuid7)
