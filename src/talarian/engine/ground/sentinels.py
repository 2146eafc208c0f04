"""Values that mean "nobody chose": an explicit argument is told from a default by its type."""

from typing import Any, TypeVar, cast

T = TypeVar("T")


class DefaultPlaceholder:
    """A default that still knows it is one.

    An application, a router and a route may each set the same option. Wrapping the default lets
    the merge see whether a level was given a value, even a falsy one, or merely has its default.
    """

    def __init__(self, value: Any) -> None:
        self.value = value

    def __bool__(self) -> bool:
        return bool(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DefaultPlaceholder) and bool(self.value == other.value)

    def __hash__(self) -> int:
        # A dataclass takes only hashable defaults, and `value` may be anything.
        return hash(DefaultPlaceholder)


def Default(value: T) -> T:
    """Mark `value` as a default. Typed as `value`, so that signatures keep their real types."""
    return cast(T, DefaultPlaceholder(value))


def resolve_default(
    first: DefaultPlaceholder | T, *rest: DefaultPlaceholder | T
) -> DefaultPlaceholder | T:
    """Return the first candidate somebody chose; if nobody did, the first one.

    Candidates go from the most specific level to the most general. An explicit `None` is a choice.
    """
    for candidate in (first, *rest):
        if not isinstance(candidate, DefaultPlaceholder):
            return candidate
    return first


UNSET: Any = Default(None)
"""Stands for "argument not given" where `None` is a value; falsy, compared by identity."""
