"""Long integers are found wherever they stand, and other text is not taken for them."""

import pytest
from hypothesis import given, strategies as st

from talarian.engine.fields.digits import has_digits_in_a_row


@pytest.mark.parametrize("count", [309, 640, 4301])
@pytest.mark.parametrize("before", range(0, 70, 3))
def test_so_many_digits_are_found_at_every_place(count: int, before: int) -> None:
    for behind in (0, 1, 31, 32):
        text = b" " * before + b"7" * count + b" " * behind
        assert has_digits_in_a_row(text, count)
        assert not has_digits_in_a_row(text.replace(b"7", b"-", 1), count)


@given(st.lists(st.sampled_from([b"1" * 100, b"2" * 209, b".", b"3", b"e", b" "]), max_size=20))
def test_it_is_what_a_count_of_digits_says(parts: list[bytes]) -> None:
    text = b"".join(parts)
    runs = "".join(chr(byte) if byte < 58 else " " for byte in text).replace(".", " ").split()
    assert has_digits_in_a_row(text, 309) is any(len(run) >= 309 for run in runs)


def test_many_short_numbers_are_no_long_one() -> None:
    assert not has_digits_in_a_row(
        b"[%b]" % b",".join([b"1234567890123456789012345678901"] * 999), 309
    )
