import dataclasses

import pytest

from talarian.engine.declare.depends import Depends, Security


def needed() -> None: ...


def test_one_declaration_keeps_one_limit() -> None:
    declared = Depends(needed, max_concurrency=2)
    assert declared.concurrency is not None
    assert declared.concurrency.max_concurrency == 2
    copied = dataclasses.replace(declared, use_cache=False)
    assert copied.concurrency is declared.concurrency


def test_two_declarations_never_share_a_limit() -> None:
    one, two = Depends(needed, max_concurrency=2), Depends(needed, max_concurrency=2)
    assert one.concurrency is not two.concurrency
    assert one != two


def test_another_number_is_another_limit() -> None:
    declared = Depends(needed, max_concurrency=2)
    changed = dataclasses.replace(declared, max_concurrency=3)
    assert changed.concurrency is not None
    assert changed.concurrency is not declared.concurrency
    assert changed.concurrency.max_concurrency == 3
    assert dataclasses.replace(declared, max_concurrency=None).concurrency is None


def test_without_a_limit_equal_declarations_are_equal() -> None:
    assert Depends(needed) == Depends(needed)
    assert Depends(needed).concurrency is None
    assert Depends(needed) != Security(needed)


@pytest.mark.parametrize("limit", [0, -1, True, 1.5, "2"])
def test_a_limit_is_a_positive_integer(limit: int) -> None:
    with pytest.raises(ValueError, match="max_concurrency must be a positive integer"):
        Depends(needed, max_concurrency=limit)
