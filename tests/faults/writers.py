"""The writers: each sends one request after the other, and keeps a record of each."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from tests.faults import client
from tests.faults.client import Answer, Connection, GaveUp, Lost, Sending, Strange
from tests.faults.history import Outcome, Record
from tests.faults.shapes import chosen

MANNERS = {
    "plain": 80.0,
    "pieces": 4.0,
    "trickle": 2.0,
    "hangs up": 8.0,
    "sends half": 3.0,
    "deadline": 3.0,
}
"""How clients behave, by weight."""

UNKNOWN = "not known"
"""In the text of an error: whether anything was written is not known."""


@dataclass
class Writers:
    """All writers of a run.

    Args:
        port: Where the server listens.
        seed: Of all that is left to chance.
        records: Every request that was begun, by key.
    """

    port: int
    seed: int
    records: dict[str, Record] = field(default_factory=dict)
    strange_reads: list[str] = field(default_factory=list)
    connects: int = 0
    paused: bool = False
    may_lose: bool = True
    """The server is ending, or not there yet."""
    ended: bool = False
    in_flight: int = 0

    async def write(self, number: int) -> None:
        """Be one writer, until all are to end."""
        chance = Random(f"{self.seed}/{number}")
        connection: Connection | None = None
        count = 0
        while not self.ended:
            if self.paused:
                await asyncio.sleep(0.02)
                continue
            if connection is None or connection.is_closing:
                connection = await self._connect()
                continue
            count += 1
            self.in_flight += 1
            try:
                if not await self._request(f"{number:03d}-{count:05d}", connection, chance):
                    connection.close()
                    connection = None
            finally:
                self.in_flight -= 1
        if connection is not None:
            connection.close()

    async def _connect(self) -> Connection | None:
        try:
            connection = await Connection.open(self.port)
        except OSError:
            await asyncio.sleep(0.05)
            return None
        self.connects += 1
        return connection

    async def _request(self, key: str, connection: Connection, chance: Random) -> bool:
        """Send one request; return whether the connection can be used again."""
        shape = chosen(chance)
        manner = chance.choices(list(MANNERS), list(MANNERS.values()))[0]
        record = self.records[key] = Record(key, shape, manner)
        headers = {"X-Deadline": f"{chance.uniform(0, 0.2):.4f}"} if manner == "deadline" else {}
        request = client.post(f"/{shape.name}", shape.body(key, chance), headers)
        if connection.last is not None:
            record.events.append(f"on the connection of {connection.last}")
        connection.last = key
        try:
            answer = await connection.ask(request, _sending(manner, chance))
        except GaveUp:
            sent = Outcome.UNSENT if manner == "sends half" else Outcome.UNREAD
            record.end(sent, "the client hung up")
        except Lost as error:
            # A server that ends may leave requests unanswered. One that runs may not.
            outcome = Outcome.UNREAD if self.may_lose else Outcome.STRANGE
            record.end(outcome, f"the server closed the connection ({error})")
        except TimeoutError:
            record.end(Outcome.HUNG, f"no answer in {client.HUNG:.0f} s")
        except (Strange, ValueError) as error:
            record.end(Outcome.STRANGE, f"{type(error).__name__}: {error}")
        else:
            _note(record, answer)
            if record.outcome is Outcome.ACKNOWLEDGED and chance.random() < 0.05:
                return await self._read_back(record, connection)
            return True
        return False

    async def _read_back(self, record: Record, connection: Connection) -> bool:
        """Who has read that it was written can read what was written."""
        try:
            answer = await connection.ask(client.get(f"/entries/{record.key}"), client.at_once)
        except (Lost, TimeoutError):
            return False
        record.events.append(f"read back: {answer.status} {answer.body}")
        if answer.status == 200 and tuple(answer.body["parts"]) != record.parts:
            record.end(Outcome.STRANGE, "what was read back is not what was acknowledged")
        return True


def _sending(manner: str, chance: Random) -> Sending:
    ways: dict[str, Callable[[], Sending]] = {
        "pieces": lambda: client.in_pieces(chance, 5, 0.02),
        "trickle": lambda: client.in_pieces(chance, 60, 0.02),
        "hangs up": lambda: client.hanging_up(chance, 0.1),
        "sends half": lambda: client.half(chance),
    }
    return ways.get(manner, lambda: client.at_once)()


def _note(record: Record, answer: Answer) -> None:
    """Keep what was answered."""
    record.status = answer.status
    event = f"{answer.status} {str(answer.body)[:160]}"
    if answer.status < 300:
        record.parts = tuple(answer.body["parts"])
        mixed = answer.body["key"] != record.key
        record.end(Outcome.STRANGE if mixed else Outcome.ACKNOWLEDGED, event)
    elif UNKNOWN in str(answer.body):
        record.end(Outcome.UNKNOWN, event)
    elif answer.status in {503, *record.shape.refusals}:
        record.end(Outcome.REFUSED, event)
    else:
        record.end(Outcome.STRANGE, event)
