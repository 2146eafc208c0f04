"""A bounded run of the fuzzer, and the fuzzer itself."""

import os
from collections.abc import Generator
from random import Random

import pytest

from tests.protocol.fuzz.compare import Outcome, agree, minimised
from tests.protocol.fuzz.mutate import CORPUS, cut, made
from tests.protocol.fuzz.reading import Reading, read
from tests.protocol.fuzz.run import Different, Differs, compared, fuzz
from tests.protocol.kinds import Kind
from tests.protocol.wire import get, post

SEED = int(os.environ.get("FUZZ_SEED", "20261124"))
COUNT = int(os.environ.get("FUZZ_COUNT", "1000"))


@pytest.fixture(scope="module")
def differs(lane: Kind) -> Generator[Differs]:
    with compared(lane) as differs:
        yield differs


def test_requests_in_order(differs: Differs) -> None:
    for raw in CORPUS:
        assert differs(raw, [raw]) is None


@pytest.mark.timeout(300)
def test_broken_requests(lane: Kind, differs: Differs) -> None:
    # Another loop gets other inputs, and fewer: most of the code is the same.
    seed, count = (SEED, COUNT) if lane.loop == "uvloop" else (SEED + 1, COUNT // 4)
    print(f"FUZZ_SEED={seed} FUZZ_COUNT={count}")
    assert fuzz(differs, seed, count) == count


def test_a_seed_says_it_all() -> None:
    for number in range(50):
        first, second = Random(f"1-{number}"), Random(f"1-{number}")
        raw = made(first)
        assert raw == made(second)
        assert cut(raw, first) == cut(raw, second)
        assert b"".join(cut(raw, first)) == raw


def test_most_inputs_are_broken_and_some_are_not() -> None:
    readings = [read(made(Random(number))) for number in range(500)]
    refused = sum(reading.refused for reading in readings)
    assert 100 < refused < 450
    assert sum(len(reading.methods) > 1 for reading in readings) > 50
    assert sum(reading.broken_body for reading in readings) > 5


def test_how_an_input_is_read() -> None:
    first, second = get("/number/1"), post("/echo", b'"a"')
    assert read(first + second) == Reading(["GET", "POST"], [len(first), len(first + second)])
    assert read(first + b"\0").refused
    assert read(first[:-1]).unfinished
    assert read(get("/", ("Connection", "close")) + second).methods == ["GET"]
    assert read(first + second.replace(b"Host", b"Hose")).stricter == 400
    broken = read(post("/echo", b"", ("Transfer-Encoding", "chunked")) + b"x\r\n")
    assert broken.refused and broken.broken_body


def test_a_difference_is_found_and_made_small() -> None:
    def differs(raw: bytes, pieces: list[bytes]) -> str | None:
        return "the lane is afraid of X" if b"X-A" in raw else None

    with pytest.raises(Different, match=r"raw = b'X-A'$"):
        fuzz(differs, 1, 1000)
    assert minimised(b"abcXdef" * 3, lambda raw: raw.count(b"X") == 3) == b"XXX"


def test_what_counts_as_agreement() -> None:
    first = Outcome((200,), ("ran 1",), "open")
    more = Outcome((200, 200), ("ran 1", "ran 2"), "open")
    assert agree(first, first, Reading(["GET"], [1]))
    assert not agree(first, more, Reading(["GET"], [1]))
    broken = Reading(["GET"], [1], refused=True, broken_body=True)
    refused = Outcome((200, 400), ("ran 1",), "closed")
    early = Outcome((200, 404, 400), ("ran 1",), "closed")
    assert agree(refused, early, broken)
    assert not agree(refused, Outcome((200, 200), ("ran 1",), "open"), broken)
