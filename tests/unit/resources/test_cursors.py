"""Cursors that were not made here, or not for this."""

import pytest

from talarian.resources import InvalidCursor
from talarian.resources.cursors import Cursor, CursorSigner, Direction

SIGNER = CursorSigner("a key")
CURSOR = Cursor(Direction.AFTER, ("Emma", 3, None))


def test_it_is_read_as_it_was_written() -> None:
    assert SIGNER.read(SIGNER.write(CURSOR, "q"), "q") == CURSOR
    last = Cursor(Direction.BEFORE, None)
    assert SIGNER.read(SIGNER.write(last, "q"), "q") == last


def test_it_is_for_one_query() -> None:
    with pytest.raises(InvalidCursor, match="another order"):
        SIGNER.read(SIGNER.write(CURSOR, "q"), "r")


def test_another_key_is_another_service() -> None:
    text = CursorSigner("another key").write(CURSOR, "q")
    with pytest.raises(InvalidCursor, match="not one that this service has made"):
        SIGNER.read(text, "q")


def test_no_character_can_be_changed() -> None:
    text = SIGNER.write(CURSOR, "q")
    for position in range(len(text)):
        other = "A" if text[position] != "A" else "B"
        with pytest.raises(InvalidCursor):
            SIGNER.read(text[:position] + other + text[position + 1 :], "q")
