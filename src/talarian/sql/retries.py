"""Running work again that failed only because of other transactions."""

import random
import time
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from .errors import CommitUnknown, DatabaseUnavailable, TransactionConflict

RETRIED = (TransactionConflict, DatabaseUnavailable)
"""What work that may run twice is run again for. A lost connection leaves open whether the commit
arrived, which only such work need not know."""


@dataclass(frozen=True, slots=True)
class Retries:
    """How often and how long.

    Args:
        attempts: How often the work may run, the first time included.
        within: Seconds after which no further attempt begins.
    """

    attempts: int = 5
    within: float = 10.0

    def __post_init__(self) -> None:
        if self.attempts < 1 or self.within <= 0:
            raise ValueError("attempts must be 1 or more, and within more than 0 seconds")

    def pause(self, attempt: int, elapsed: float) -> float | None:
        """Return the seconds to wait before the next attempt, or `None` if there is to be none.

        They double, and are spread at random: two that disturbed each other should not meet again.
        https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/

        Args:
            attempt: How many there were.
            elapsed: Seconds since the first one began.
        """
        pause = random.uniform(0.5, 1.0) * min(1.0, 0.02 * 2 ** (attempt - 1))
        over = attempt >= self.attempts or elapsed + pause >= self.within
        return None if over else pause


class Attempts:
    """The attempts at one piece of work. Lives as long as that."""

    def __init__(self, retries: Retries) -> None:
        self._retries = retries
        self._begin = time.monotonic()
        self._number = 0
        self._unknown: CommitUnknown | None = None

    def pause_after(self, error: SQLAlchemyError) -> float:
        """Return the seconds to wait before the next attempt, after one that failed.

        Raises:
            CommitUnknown: There is to be none, and one of them may have been committed.
            SQLAlchemyError: There is to be none: the error that was given.
        """
        self._number += 1
        if isinstance(error, CommitUnknown):
            self._unknown = error
        if isinstance(error, RETRIED):
            pause = self._retries.pause(self._number, time.monotonic() - self._begin)
            if pause is not None:
                return pause
        # What the last attempt met says nothing about an earlier one that may have arrived.
        raise self._unknown or error
