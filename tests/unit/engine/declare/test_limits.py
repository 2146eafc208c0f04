from typing import Any

import pytest

from talarian.engine.declare.limits import (
    FormLimits,
    validate_form_limits,
    validate_max_body_size,
)


def test_form_limits_are_copied() -> None:
    limits: FormLimits = {"max_fields": 1, "max_files": 0}
    checked = validate_form_limits(limits)
    assert checked == limits
    assert checked is not limits
    assert validate_form_limits(None) == {}


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        ({"max_parts": 1}, "max_parts\n  Extra inputs are not permitted"),
        ({"max_files": -1}, "max_files\n  Input should be greater than or equal to 0"),
        ({"max_fields": False}, "max_fields\n  Input should be a valid integer"),
        ({"max_part_size": 1.5}, "max_part_size\n  Input should be a valid integer"),
        ({"max_part_size": "1"}, "max_part_size\n  Input should be a valid integer"),
        ([1], "Input should be a valid dictionary"),
    ],
)
def test_wrong_form_limits_are_named(limits: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        validate_form_limits(limits)


@pytest.mark.parametrize("size", [None, 0, 5, 2**40])
def test_body_sizes(size: int | None) -> None:
    validate_max_body_size(size)


@pytest.mark.parametrize("size", [-1, True, False, 1.5, "5"])
def test_wrong_body_sizes(size: Any) -> None:
    with pytest.raises(ValueError, match="max_body_size must be a non-negative integer or None"):
        validate_max_body_size(size)
