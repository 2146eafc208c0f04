"""UUIDs of version 7, as RFC 9562 has them."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from uuid import RFC_4122

import pytest

from talarian.resources import uuid7
from talarian.resources.keys import UUID7Generator


def test_they_have_the_layout() -> None:
    before = time.time_ns() // 1_000_000
    made = uuid7()
    after = time.time_ns() // 1_000_000
    assert (made.version, made.variant) == (7, RFC_4122)
    # A millisecond may have been lent from the future by those made just before.
    assert before <= made.int >> 80 <= after + 1


def test_each_is_larger_than_the_one_before() -> None:
    made = [uuid7() for _ in range(10_000)]
    assert made == sorted(set(made))


def test_also_when_the_clock_goes_backward(monkeypatch: pytest.MonkeyPatch) -> None:
    generate = UUID7Generator()
    first = generate()
    monkeypatch.setattr(time, "time_ns", lambda: 0)
    assert first < generate() < generate()


def test_a_full_millisecond_goes_over_into_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    generate = UUID7Generator()
    monkeypatch.setattr(time, "time_ns", lambda: 5_000_000)
    first = generate()
    generate._random = 2**74 - 1
    second = generate()
    assert first < second
    assert second.int >> 80 == 6
    assert (second.version, second.variant) == (7, RFC_4122)


def test_the_same_from_many_threads_are_different() -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: [uuid7() for _ in range(500)], range(8)))
    assert all(each == sorted(each) for each in made)
    assert len({key for each in made for key in each}) == 4_000


@pytest.mark.skipif(not hasattr(os, "fork"), reason="This system has no fork.")
def test_a_forked_process_begins_anew() -> None:
    generate = UUID7Generator()
    generate()
    generate._lock.acquire()  # as another thread might at that moment
    generate._renew()
    assert generate().version == 7
