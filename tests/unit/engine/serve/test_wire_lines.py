"""Lines of headers are kept: never what belongs to one response, nor what is no header."""

from collections.abc import Generator
from typing import Any

import pytest

from talarian.engine.serve import wire
from talarian.engine.serve.wire import Heads

LENGTH = (b"content-length", b"0")


@pytest.fixture(autouse=True)
def no_lines(monkeypatch: pytest.MonkeyPatch) -> Generator[dict[Any, bytes]]:
    lines: dict[Any, bytes] = {}
    monkeypatch.setattr(wire, "_LINES", lines)
    yield lines


def whole(*headers: Any) -> bytes | None:
    return Heads().whole(200, [], [LENGTH, *headers], b"", True)


@pytest.mark.parametrize(
    "name",
    [
        b"set-cookie",
        b"Set-Cookie",
        b"SET-COOKIE",
        b"authorization",
        b"Location",
        b"etag",
        b"x-token",
    ],
)
def test_what_belongs_to_one_response_is_not_kept(name: bytes, no_lines: dict[Any, bytes]) -> None:
    assert b"secret" in (whole((name, b"secret")) or b"")
    assert not any(b"secret" in line for line in no_lines.values())


def test_kept_lines_are_written_again(no_lines: dict[Any, bytes]) -> None:
    first = whole((b"Vary", b"1"))
    assert (b"Vary", b"1") in no_lines
    assert whole((b"Vary", b"1")) == first
    assert b"vary: 1\r\n" in (first or b"")


@pytest.mark.parametrize("value", [b"1\r\nx-injected: 1", b"1\n", b"1\r", b"1\x00"])
def test_a_kept_line_lets_no_other_value_pass(value: bytes, no_lines: dict[Any, bytes]) -> None:
    assert whole((b"vary", b"1")) is not None
    assert whole((b"vary", value)) is None
    assert whole((b"vary\r\nx-injected", b"1")) is None
    assert all(line.count(b"\n") == 1 for line in no_lines.values())


def test_lengths_are_compared_though_their_lines_are_kept() -> None:
    assert whole() is not None
    assert whole(LENGTH) is None
    assert Heads().whole(200, [], [LENGTH], b"x", True) is None
    assert whole((b"Content-Length", b"0")) is None


def test_no_more_lines_are_kept_than_there_is_room_for(no_lines: dict[Any, bytes]) -> None:
    for number in range(3 * wire._MOST_LINES):
        assert b"server: %d\r\n" % number in (whole((b"server", b"%d" % number)) or b"")
        assert len(no_lines) <= wire._MOST_LINES
    assert whole((b"cache-control", b"x" * wire._LONGEST_LINE)) is not None
    assert not any(name == b"cache-control" for name, _ in no_lines)


@pytest.mark.parametrize("header", [[b"x", b"1"], (b"x", bytearray(b"1")), ("x", "1")])
def test_what_cannot_be_kept_is_left_to_uvicorn(header: Any) -> None:
    assert whole(header) is None
