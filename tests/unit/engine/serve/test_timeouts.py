"""How long a connection may keep the server waiting."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from talarian.engine.serve.timeouts import Phase, Timeouts


class Clock:
    """An event loop's clock and timers; time passes when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0
        self.timers: list[Timer] = []
        self.looks = 0

    def time(self) -> float:
        return self.now

    def call_later(self, delay: float, call: Callable[[], None]) -> "Timer":
        timer = Timer(self, self.now + delay, call)
        self.timers.append(timer)
        return timer

    def pass_by(self, seconds: float) -> None:
        end = self.now + seconds
        while due := [timer for timer in self.timers if timer.when <= end]:
            timer = min(due, key=lambda timer: timer.when)
            self.timers.remove(timer)
            self.now = max(self.now, timer.when)
            self.looks += 1
            timer.call()
        self.now = end


class Timer:
    def __init__(self, clock: Clock, when: float, call: Callable[[], None]) -> None:
        self.clock, self.when, self.call = clock, when, call

    def cancel(self) -> None:
        if self in self.clock.timers:
            self.clock.timers.remove(self)


class Lane:
    """As much of a connection as its timer asks for."""

    timeout_keep_alive = 5.0
    timeout_request_headers = 10.0
    timeout_request_body = 20.0

    def __init__(self) -> None:
        self.loop = Clock()
        self.is_closing = False
        self.transport = SimpleNamespace(is_closing=lambda: self.is_closing)
        self.flow = SimpleNamespace(read_paused=False)
        self.active: Any = None
        self.pipeline: list[Any] = []
        self.expired: list[tuple[Phase, float]] = []
        self.timeouts = Timeouts(self)
        self.timeouts.begin()

    def expire(self, phase: Phase) -> None:
        self.expired.append((phase, self.loop.now - 100))

    def enter(self, phase: Phase) -> None:
        self.timeouts.phase = phase
        self.timeouts.since = self.loop.now


@pytest.mark.parametrize(
    ("phase", "limit"),
    [(Phase.CONNECTED, 10), (Phase.IDLE, 5), (Phase.HEADERS, 10), (Phase.BODY, 20)],
)
@pytest.mark.parametrize("after", [0, 3, 4.9, 7])
def test_each_phase_has_its_limit(phase: Phase, limit: float, after: float) -> None:
    lane = Lane()
    lane.loop.pass_by(after)
    lane.enter(phase)
    lane.loop.pass_by(limit - 0.01)
    assert lane.expired == []
    lane.loop.pass_by(0.02)
    [(expired, when)] = lane.expired
    assert expired is phase
    assert when == pytest.approx(after + limit, abs=0.002)


def test_a_connection_that_brings_nothing() -> None:
    lane = Lane()
    lane.loop.pass_by(60)
    assert lane.expired == [(Phase.CONNECTED, 10)]
    assert lane.loop.timers == []


def test_who_keeps_asking_is_looked_at_seldom() -> None:
    lane = Lane()
    for _ in range(1000):
        lane.loop.pass_by(0.1)
        lane.enter(Phase.IDLE)
    assert lane.expired == []
    assert lane.loop.looks <= 100 / 4
    assert len(lane.loop.timers) == 1


@pytest.mark.parametrize("waiting", ["active", "pipeline"])
def test_while_the_server_answers_no_time_runs(waiting: str) -> None:
    lane = Lane()
    lane.enter(Phase.IDLE)
    setattr(lane, waiting, ["request"])
    lane.loop.pass_by(1000)
    assert lane.expired == []
    setattr(lane, waiting, [] if waiting == "pipeline" else None)
    lane.timeouts.since = lane.loop.now
    lane.loop.pass_by(5.01)
    assert [phase for phase, _ in lane.expired] == [Phase.IDLE]


def test_while_nothing_is_read_a_body_may_wait() -> None:
    lane = Lane()
    lane.enter(Phase.BODY)
    lane.flow.read_paused = True
    lane.loop.pass_by(1000)
    assert lane.expired == []


def test_a_body_in_slow_pieces() -> None:
    lane = Lane()
    lane.enter(Phase.BODY)
    for _ in range(10):
        lane.loop.pass_by(19)
        lane.timeouts.has_moved = True
        lane.timeouts.unfinished(1)
    assert lane.expired == []
    lane.loop.pass_by(20.01)
    assert [phase for phase, _ in lane.expired] == [Phase.BODY]


def test_headers_in_slow_pieces_have_one_time_for_all() -> None:
    lane = Lane()
    lane.loop.pass_by(2)
    lane.timeouts.begin_message()
    lane.timeouts.unfinished(1)
    for _ in range(4):
        lane.loop.pass_by(2)
        lane.timeouts.has_moved = False
        lane.timeouts.unfinished(7)
    assert lane.timeouts.overhead == 28
    lane.loop.pass_by(2.01)
    [(phase, when)] = lane.expired
    assert (phase, round(when, 6)) == (Phase.HEADERS, 12)


def test_bytes_between_pieces_of_a_body_are_counted_from_the_last_one() -> None:
    lane = Lane()
    lane.timeouts.begin_message()
    lane.enter(Phase.BODY)
    lane.timeouts.has_moved = False
    lane.timeouts.unfinished(5)
    lane.timeouts.unfinished(6)
    assert lane.timeouts.overhead == 11
    lane.timeouts.has_moved = True
    lane.timeouts.unfinished(7)
    assert lane.timeouts.overhead == 0


def test_a_message_begins_anew() -> None:
    lane = Lane()
    lane.timeouts.begin_message()
    lane.timeouts.has_moved = False
    lane.timeouts.unfinished(9)
    lane.timeouts.begin_message()
    assert (lane.timeouts.overhead, lane.timeouts.has_moved) == (0, True)
    assert lane.timeouts.phase is Phase.HEADERS


def test_a_connection_that_closes_is_not_looked_at_again() -> None:
    lane = Lane()
    lane.is_closing = True
    lane.loop.pass_by(60)
    assert (lane.expired, lane.loop.timers, lane.loop.looks) == ([], [], 1)


def test_the_end() -> None:
    lane = Lane()
    lane.timeouts.end()
    lane.timeouts.end()
    lane.loop.pass_by(60)
    assert (lane.expired, lane.loop.looks) == ([], 0)
