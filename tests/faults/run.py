"""One run: a server, a database, writers, faults, and what came of it."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from tests.faults import client
from tests.faults.client import Connection, Lost
from tests.faults.databases import Fault, FaultyDatabase
from tests.faults.history import Outcome, Record, Violation, check, committed
from tests.faults.processes import TalarianServer
from tests.faults.proxy import Proxy
from tests.faults.shapes import BY_NAME, TALLIES
from tests.faults.writers import Writers

POOL, OVERFLOW = 8, 4
SETTINGS = {
    "TALARIAN_ENV": "production",
    "DATABASE_POOL_SIZE": str(POOL),
    "DATABASE_MAX_OVERFLOW": str(OVERFLOW),
    "DATABASE_POOL_TIMEOUT": "2",
    "DATABASE_BUSY_TIMEOUT": "1",
}

GROWTH = 30.0
"""MiB that a server may grow from the middle of its life to the end."""


@dataclass(frozen=True)
class Load:
    """How much is asked of the server.

    Args:
        seconds: How long requests are sent.
        seed: Of all that is left to chance.
        writers: How many requests there are at once.
    """

    seconds: float
    seed: int
    writers: int


@dataclass(frozen=True)
class Phase:
    """A part of the run: how the server is started."""

    name: str
    options: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)


PHASES = (
    Phase("lane"),
    Phase("lane with deadlines", (), {"FAULTS_DEADLINES": "1"}),
    Phase("plain ASGI", ("--no-lane",), {"FAULTS_DEADLINES": "1"}),
)


@dataclass
class Result:
    """What a run has found."""

    database: str
    begin: float
    records: dict[str, Record]
    injected: Counter[str]
    violations: list[Violation]
    memory: dict[str, list[float]]
    in_doubt: Counter[str]
    """Of requests with an outcome that nobody was told: how many are in the database."""


class Run:
    """One run on one database.

    Args:
        database: Which, opened.
        name: What the report calls it.
        load: How much, and for how long.
        log: The file that the server's log is written to.
        say: Called with a line of progress.
    """

    def __init__(
        self,
        database: FaultyDatabase,
        name: str,
        load: Load,
        log: Path,
        say: Callable[[str], None],
    ) -> None:
        self._database = database
        self._name = name
        self._load = load
        self._log = log
        self._say = say
        self._chance = Random(f"{load.seed}/{name}")
        self._injected: Counter[str] = Counter()
        self._violations: list[Violation] = []
        self._memory: dict[str, list[float]] = {}
        self._calm = False
        self._under_way = 0

    async def run(self) -> Result:
        """Do it all."""
        begin = time.monotonic()
        self._database.create_tables()
        async with AsyncExitStack() as stack:
            url, self._proxy = await self._reached(stack)
            self._server = TalarianServer(self._log, {**SETTINGS, "DATABASE_URL": url})
            stack.callback(self._server.kill)
            self._writers = Writers(self._server.port, self._load.seed)
            count = self._load.writers
            tasks = [
                *(asyncio.create_task(self._writers.write(one)) for one in range(count)),
                *(asyncio.create_task(self._inject(fault)) for fault in self._database.faults),
                asyncio.create_task(self._progress(begin)),
            ]
            try:
                for number, phase in enumerate(PHASES):
                    await self._phase(phase, last=number == len(PHASES) - 1, kill=number == 1)
            finally:
                self._writers.ended = True
                for task in tasks[count:]:
                    task.cancel()
                await asyncio.wait(tasks)
            for task in tasks[:count]:
                task.result()
        return await asyncio.to_thread(self._result, begin)

    async def _reached(self, stack: AsyncExitStack) -> tuple[str, Proxy | None]:
        """The database's URL as the server under test gets it: through a proxy that can be cut."""
        url = self._database.url
        bare = url.set(drivername=self._database.scheme)
        if url.port is None or url.host is None:
            return bare.render_as_string(hide_password=False), None
        proxy = Proxy(url.host, url.port, self._chance)
        await stack.enter_async_context(proxy)
        bare = bare.set(host="127.0.0.1", port=proxy.own_port)
        return bare.render_as_string(hide_password=False), proxy

    async def _phase(self, phase: Phase, *, last: bool, kill: bool) -> None:
        self._say(f"{self._name}: {phase.name}")
        await asyncio.to_thread(self._server.start, *phase.options, **phase.environment)
        self._writers.may_lose = False
        self._storm(True)
        memory = self._memory[phase.name] = []
        end = time.monotonic() + self._load.seconds / len(PHASES)
        while time.monotonic() < end:
            await asyncio.sleep(0.5)
            memory.append(self._server.memory)
        self._storm(False)
        await self._drain(phase)
        if last:
            self._writers.ended = True
        else:
            # It ends under load.
            self._writers.paused = False
            await asyncio.sleep(0.3)
        self._writers.may_lose = True
        if kill:
            self._injected["kills of the server (SIGKILL)"] += 1
            await asyncio.to_thread(self._server.kill)
        else:
            self._injected["restarts of the server (SIGTERM)"] += not last
            wrong = await asyncio.to_thread(self._server.stop)
            if wrong:
                self._violations.append(Violation(f"{phase.name}: {wrong}"))

    def _storm(self, on: bool) -> None:
        """Let faults happen, or stop them and the writers."""
        self._writers.paused = not on
        if self._proxy is not None:
            self._proxy.cut_commits = 0.02 if on else 0.0
            self._proxy.cut_statements = 0.001 if on else 0.0
        self._calm = not on

    async def _inject(self, fault: Fault) -> None:
        chance = Random(f"{self._load.seed}/{fault.name}")
        while True:
            await asyncio.sleep(chance.expovariate(1 / fault.every))
            if self._calm:
                continue
            self._under_way += 1
            try:
                with suppress(SQLAlchemyError):  # it may be down, for another fault
                    self._injected[fault.name] += await asyncio.to_thread(fault.do, chance)
            finally:
                self._under_way -= 1

    async def _progress(self, begin: float) -> None:
        while True:
            await asyncio.sleep(5)
            outcomes = Counter(record.outcome for record in self._writers.records.values())
            told = ", ".join(
                f"{count} {outcome.value}" for outcome, count in outcomes.items() if outcome
            )
            faults = sum(self._injected.values())
            self._say(f"  {time.monotonic() - begin:4.0f} s: {told}; {faults} faults")

    # Afterwards.

    async def _drain(self, phase: Phase) -> None:
        """With nothing going on, nothing may be held, and the server answers."""
        deadline = time.monotonic() + client.HUNG + 5
        while (self._writers.in_flight or self._under_way) and time.monotonic() < deadline:
            await asyncio.sleep(0.05)
        wrong = await self._settled(deadline=time.monotonic() + 10)
        self._violations += [Violation(f"{phase.name}, after the load: {each}") for each in wrong]
        await self._still_serves(phase)

    async def _settled(self, deadline: float) -> list[str]:
        """What is still held when it should have been given back."""
        while True:
            wrong = await self._held()
            if not wrong or time.monotonic() > deadline:
                return wrong
            await asyncio.sleep(0.2)

    async def _held(self) -> list[str]:
        wrong: list[str] = []
        pools = await self._get("/pools")
        if pools is None:
            return ["the server does not answer"]
        if pools["used"] or pools["waiting"]:
            wrong.append(f"connections are not given back to the pools: {pools}")
        if self._database.connections is not None and self._database.open_transactions is not None:
            numbers = self._database.number
            there = await asyncio.to_thread(numbers, self._database.connections)
            # Fewer is well: those that were killed while they were idle are noticed when used.
            if there > pools["idle"]:
                wrong.append(f"the database has {there} connections, the pools {pools['idle']:.0f}")
            if open_ones := await asyncio.to_thread(numbers, self._database.open_transactions):
                wrong.append(f"{open_ones} connections are in a transaction, and nobody uses them")
        return wrong

    async def _still_serves(self, phase: Phase) -> None:
        connection = await Connection.open(self._server.port)
        for number in range(20):
            shape = BY_NAME[("async", "sync")[number % 2]]
            record = Record(f"after-{phase.name}-{number}", shape, "plain")
            self._writers.records[record.key] = record
            request = client.post(f"/{shape.name}", shape.body(record.key, self._chance), {})
            answer = await connection.ask(request, client.at_once)
            record.status, record.parts = answer.status, (1, 2)
            record.end(Outcome.ACKNOWLEDGED if answer.status == 200 else Outcome.STRANGE, "")
        connection.close()

    async def _get(self, path: str) -> Any:
        try:
            connection = await Connection.open(self._server.port)
            answer = await connection.ask(client.get(path), client.at_once)
        except (Lost, OSError):
            return None
        connection.close()
        return answer.body if answer.status == 200 else None

    def _result(self, begin: float) -> Result:
        records = self._writers.records
        rows = self._database.rows()
        self._violations += check(records.values(), rows)
        self._violations += self._tallies(committed(rows, records))
        self._violations += self._grown()
        self._violations += self._idle()
        if self._proxy is not None:
            self._injected.update({f"cuts {kind}": n for kind, n in self._proxy.cuts.items()})
        keys = {key for key, _ in rows}
        in_doubt: Counter[str] = Counter()
        for record in records.values():
            if record.outcome in (Outcome.UNKNOWN, Outcome.UNREAD):
                there = "committed" if record.key in keys else "not committed"
                in_doubt[f"{record.outcome.value}: {there}"] += 1
        return Result(
            self._name, begin, records, self._injected, self._violations, self._memory, in_doubt
        )

    def _tallies(self, commits: Counter[str]) -> list[Violation]:
        found: list[Violation] = []
        for query, name, each in TALLIES:
            number = self._database.number(query)
            if number != commits[name] * each:
                found.append(
                    Violation(f"{query}: {number}, but {commits[name]} x /{name} are committed")
                )
        return found

    def _idle(self) -> list[Violation]:
        """A run in which nothing succeeds, or nothing is disturbed, proves nothing."""
        found: list[Violation] = []
        acknowledged = {
            record.shape.name
            for record in self._writers.records.values()
            if record.outcome is Outcome.ACKNOWLEDGED
        }
        for name in ("async", "sync", "transaction", "savepoint"):
            if name not in acknowledged:
                found.append(Violation(f"no /{name} was ever answered 2xx"))
        for fault in self._database.faults:
            if self._load.seconds > 6 * fault.every and not self._injected[fault.name]:
                found.append(Violation(f"there were no {fault.name}"))
        return found

    def _grown(self) -> list[Violation]:
        found: list[Violation] = []
        for phase, sizes in self._memory.items():
            if len(sizes) >= 20 and sizes[-1] - sizes[len(sizes) // 2] > GROWTH:
                found.append(Violation(f"{phase}: the server grew: {sizes[::4]} MiB"))
        return found
