"""Preconditions of a resource, which may have no versions."""

from typing import Any

from talarian import Depends

from ..versions import Matched, Preconditions, get_shown


class NoPreconditions(Preconditions):
    """Of what has no versions: nothing is asked, and nothing is sent."""

    def __init__(self) -> None:
        pass

    def check(self, item: object) -> None:
        """Nothing to check."""

    def tag(self, item: object) -> None:
        """Nothing to send."""

    def show(self, item: object) -> None:
        """Nothing to send."""


async def _no_preconditions() -> Preconditions:
    return NoPreconditions()


def matched(versioned: bool, required: bool) -> Any:
    """The dependency of an operation that changes an item."""
    return Matched(required) if versioned else Depends(_no_preconditions)


def shown(versioned: bool) -> Any:
    """The dependency of an operation that shows an item."""
    return Depends(get_shown) if versioned else Depends(_no_preconditions)
