"""A whole measurement: start every server, check every answer, then load them in turns."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from benchmarks.load import wrk
from benchmarks.load.check import WrongAnswer, check
from benchmarks.load.contenders import Contender, Ready
from benchmarks.load.progress import say
from benchmarks.load.server import Broken, Server, free_port
from benchmarks.results import Failed, Sample, Settings
from benchmarks.scenarios import Scenario

MEGABYTE = 1e6


@dataclass(frozen=True)
class Cores:
    """The server has one, everything else that is busy has the other."""

    server: int
    load: int


@dataclass
class Entry:
    """A contender that can be started here, with its servers by application."""

    contender: Contender
    ready: Ready
    servers: dict[str, Server] = field(default_factory=dict[str, Server])


@dataclass(frozen=True)
class Pair:
    """One contender in one scenario."""

    entry: Entry
    scenario: Scenario

    @property
    def server(self) -> Server:
        return self.entry.servers[self.scenario.app]

    def __str__(self) -> str:
        return f"{self.scenario.name}, {self.entry.contender.title}"


@dataclass
class Rounds:
    """What was measured so far. A pair that fails once is not asked again."""

    settings: Settings
    cores: Cores
    samples: list[Sample] = field(default_factory=list[Sample])
    memory: dict[str, float] = field(default_factory=dict[str, float])
    """Megabytes in RAM of each contender's plain application, after all rounds."""
    failed: list[Failed] = field(default_factory=list[Failed])

    def run(self, entries: Sequence[Entry], scenarios: Mapping[str, Scenario]) -> None:
        with ExitStack() as stack:
            asked = list(self._started(entries, scenarios, stack))
            asked = [pair for pair in asked if self._tried(pair)]
            for number in range(self.settings.rounds):
                asked = self._round(number, asked, scenarios)
            for entry in entries:
                if server := entry.servers.get("plain"):
                    self.memory[entry.contender.name] = server.resident_bytes() / MEGABYTE

    def _started(
        self, entries: Sequence[Entry], scenarios: Mapping[str, Scenario], stack: ExitStack
    ) -> Iterator[Pair]:
        for entry in entries:
            for name in entry.contender.scenarios:
                if (scenario := scenarios.get(name)) is None:
                    continue
                pair = Pair(entry, scenario)
                say(f"Starting {pair}")
                try:
                    self._start(pair, stack)
                except Broken as broken:
                    self._fail(pair, str(broken))
                else:
                    yield pair

    def _start(self, pair: Pair, stack: ExitStack) -> None:
        app = pair.scenario.app
        if app in pair.entry.servers:
            return
        port = free_port()
        server = Server(pair.entry.ready.start(app, port), self.cores.server, port)
        stack.callback(server.stop)
        server.wait_until_ready()
        server.sleep()
        pair.entry.servers[app] = server

    def _tried(self, pair: Pair) -> bool:
        """Check the answers, then load once without counting: compilers and caches get warm."""
        say(f"Checking {pair}")
        try:
            with pair.server.awake():
                check(pair.scenario, pair.server.port)
                self._load(pair, seconds=1)
        except (WrongAnswer, wrk.BadLoad) as problem:
            self._fail(pair, str(problem))
            return False
        return True

    def _round(
        self, number: int, asked: list[Pair], scenarios: Mapping[str, Scenario]
    ) -> list[Pair]:
        kept: list[Pair] = []
        started = time.monotonic()
        for name in scenarios:
            pairs = [pair for pair in asked if pair.scenario.name == name]
            # Whoever went first goes last in the next round, in case that matters.
            for pair in pairs[1:] + pairs[:1]:
                left = self._time_left(number, len(kept), len(asked), started)
                say(f"Round {number + 1} of {self.settings.rounds}: {pair}{left}")
                if self._sampled(number, pair):
                    kept.append(pair)
        return kept

    def _sampled(self, number: int, pair: Pair) -> bool:
        try:
            with pair.server.awake():
                before = pair.server.cpu_seconds()
                load = self._load(pair, self.settings.seconds)
                used = pair.server.cpu_seconds() - before
                if load.requests == 0:
                    raise wrk.BadLoad(f"nothing was answered in {self.settings.seconds} seconds")
        except wrk.BadLoad as problem:
            self._fail(pair, str(problem))
            return False
        self.samples.append(
            Sample(
                scenario=pair.scenario.name,
                contender=pair.entry.contender.name,
                round=number,
                cpu_us=used / load.requests * 1e6,
                per_second=load.per_second,
                p50_us=load.p50_us,
                p99_us=load.p99_us,
                requests=load.requests,
            )
        )
        return True

    def _load(self, pair: Pair, seconds: int) -> wrk.Load:
        return wrk.run(
            pair.scenario.request,
            pair.server.port,
            core=self.cores.load,
            connections=self.settings.connections,
            seconds=seconds,
        )

    def _fail(self, pair: Pair, why: str) -> None:
        self.failed.append(Failed(pair.entry.contender.name, pair.scenario.name, why))
        say(f"Not measured: {pair}: {why}", keep=True)

    def _time_left(self, number: int, done: int, of: int, started: float) -> str:
        if not done:
            return ""
        each = (time.monotonic() - started) / done
        left = each * (of - done + (self.settings.rounds - number - 1) * of)
        return f" (about {left / 60:.0f} min left)" if left >= 60 else f" (about {left:.0f} s left)"
