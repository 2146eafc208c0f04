"""JSON of values whose type nobody declared, without encoding them twice.

FastAPI converts such a value with `jsonable_encoder` and writes it with `json.dumps`. For data that
is plain already, the conversion changes nothing and pydantic's writer gives the same bytes, many
times faster. What is plain here is therefore narrow: where the two could differ, this says no.
"""

import sys
from itertools import chain
from typing import Any

from pydantic_core import to_json

from .digits import has_digits_in_a_row

_SCALARS = frozenset({str, int, bool, type(None)})
_PLAIN = _SCALARS | {dict, list, float}
_LONGEST = sys.int_info.str_digits_check_threshold
"""Digits of an integer that Python writes, whatever its limit is set to."""

_LONG = 64
"""From this length on, looking at a list level by level, in C, is faster than item by item."""


def plain_json(value: Any) -> bytes | None:
    """Return what `json.dumps(jsonable_encoder(value))` gives, compact and in UTF-8.

    `None` if the value is not plain, or if JSON in UTF-8 cannot say it.
    """
    try:
        if not is_plain(value):
            return None
        text = to_json(value)
    except (ValueError, RecursionError):  # a lone surrogate; a list that contains itself
        return None
    return None if len(text) > _LONGEST and _has_refused_integer(text) else text


def _has_refused_integer(text: bytes) -> bool:
    """Whether there may be an integer that Python refuses to write, and pydantic does not."""
    limit = sys.get_int_max_str_digits()
    return limit > 0 and has_digits_in_a_row(text, limit + 1)


def is_plain(value: Any) -> bool:
    """Whether `value` consists of nothing but JSON's own types, exactly, no subclasses.

    Keys that SQLAlchemy adds (they begin with `_sa`) are dropped by `jsonable_encoder`, and floats
    of some sizes are written differently: both are not plain.
    """
    kind = type(value)
    if kind in _SCALARS:
        return True
    if kind is dict:
        for key, item in value.items():
            # Most names lie behind those in `_sa…`: one comparison.
            if type(key) is not str or (key < "_sb" and key >= "_sa"):
                return False
            if type(item) not in _SCALARS and not is_plain(item):
                return False
        return True
    if kind is list:
        if len(value) >= _LONG:
            return _is_plain_by_levels(value)
        return all(type(item) in _SCALARS or is_plain(item) for item in value)
    return kind is float and _is_written_alike(abs(value))


def _is_plain_by_levels(items: list[Any], depth: int = 0) -> bool:
    """As `is_plain`, for all items of one depth at once."""
    kinds = set(map(type, items))
    if kinds <= _SCALARS:
        return True
    if depth > _LONG:
        return False
    if kinds == {dict}:
        return _are_plain_dicts(items, depth)
    if kinds == {list}:
        return _is_plain_by_levels([*chain.from_iterable(items)], depth + 1)
    if kinds == {float}:
        return _are_written_alike(items)
    # Of several kinds: each by itself.
    return kinds <= _PLAIN and all(
        _is_plain_by_levels([item for item in items if type(item) is kind], depth)
        for kind in kinds - _SCALARS
    )


def _are_plain_dicts(dicts: list[dict[Any, Any]], depth: int) -> bool:
    keys: set[Any] = set().union(*dicts)
    if any(type(key) is not str or key[:3] == "_sa" for key in keys):
        return False
    values = [*chain.from_iterable(map(dict.values, dicts))]
    width = len(keys)
    if set(map(len, dicts)) == {width}:
        # Rows, most likely: their values, column by column, are of one kind each.
        return all(_is_plain_by_levels(values[n::width], depth + 1) for n in range(width))
    return _is_plain_by_levels(values, depth + 1)


def _are_written_alike(numbers: list[float]) -> bool:
    # The sum of anything with NaN is NaN, whose comparisons are false.
    if min(numbers) >= 1e-4 and max(numbers) < 1e16:
        return sum(numbers) < 1e300
    sizes = [size for size in map(abs, numbers) if size]
    return not sizes or (min(sizes) >= 1e-4 and max(sizes) < 1e16 and sum(sizes) < 1e300)


def _is_written_alike(size: float) -> bool:
    """Whether Python and pydantic write a float of this size alike: not with an exponent.

    Python begins with exponents at 1e16 and below 1e-4, pydantic at 1e16 and below 1e-5; NaN and
    the infinities are refused by the one and not by the other.
    """
    return 1e-4 <= size < 1e16 or size == 0.0
