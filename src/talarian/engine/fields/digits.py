"""Integers so long that Python and pydantic disagree about them, found in JSON text."""

_DIGITS = bytes(ord("0") if chr(byte) in "0123456789" else ord(" ") for byte in range(256))
_STEP = 32


def has_digits_in_a_row(text: bytes, count: int) -> bool:
    """Whether there are so many digits in a row, be they a number or not.

    Args:
        text: JSON text.
        count: At least a hundred or so: a text that has not nearly as many is looked at in steps.
    """
    if len(text) < count:
        return False
    steps = count // _STEP
    if b"0" * steps not in text[::_STEP].translate(_DIGITS):
        return False
    return b"0" * count in text.translate(_DIGITS)
