"""Signed text: read as it was written, by those who may, and in no other form."""

import pytest
from hypothesis import given, strategies as st

from talarian.signing import BadSignature, Signer

SIGNER = Signer("a key", "tests")


@given(payload=st.binary(max_size=40), context=st.binary(max_size=40))
def test_it_is_read_as_it_was_written(payload: bytes, context: bytes) -> None:
    text = SIGNER.write(payload, context)
    assert text.isascii()
    assert "=" not in text
    assert SIGNER.read(text, context) == payload


@pytest.mark.parametrize(
    ("signer", "context"),
    [
        (Signer("another key", "tests"), b"c"),
        (Signer("a key", "other"), b"c"),
        (SIGNER, b"d"),
        (SIGNER, b""),
    ],
)
def test_who_must_not_read_it(signer: Signer, context: bytes) -> None:
    with pytest.raises(BadSignature):
        signer.read(SIGNER.write(b"payload", b"c"), context)


def test_nothing_moves_between_context_and_payload() -> None:
    signed = SIGNER.write(b"bc", b"a"), SIGNER.write(b"c", b"ab")
    assert signed[0][-16:] != signed[1][-16:]


@pytest.mark.parametrize("size", range(4))
def test_no_character_can_be_changed_added_or_left_out(size: int) -> None:
    text = SIGNER.write(b"p" * size)
    changed = {text[:at] + other + text[at + 1 :] for at in range(len(text)) for other in "AB-_é="}
    added = {text[:at] + other + text[at:] for at in range(len(text) + 1) for other in "A=! \n."}
    shorter = {text[:at] + text[at + 1 :] for at in range(len(text))}
    for each in (changed | added | shorter) - {text}:
        with pytest.raises(BadSignature):
            SIGNER.read(each)


@pytest.mark.parametrize("text", ["", "A", "AA", "!!", "é", "\0", "A" * 22])
def test_what_was_never_written(text: str) -> None:
    with pytest.raises(BadSignature):
        SIGNER.read(text)
