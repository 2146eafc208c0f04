"""The kinds of requests, and what each may leave in the database."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from tests.faults.models import ACCOUNTS

Parts = tuple[int, ...]
NOTHING: Parts = ()


@dataclass(frozen=True)
class Shape:
    """One kind of request.

    Args:
        name: The endpoint's path.
        weight: How often it is sent, relative to others.
        outcomes: The parts that it may leave behind: each, when it is committed. Empty when it must
            never be committed, nor answered 2xx.
        seconds: Between which numbers the client chooses `Order.seconds`.
        refusals: What it is answered by design, when it is not committed.
    """

    name: str
    weight: float
    outcomes: frozenset[Parts] = frozenset()
    seconds: tuple[float, float] = (0, 0)
    refusals: frozenset[int] = frozenset()

    def body(self, key: str, chance: Random) -> Mapping[str, object]:
        """The JSON of a request."""
        return {
            "key": key,
            "seconds": round(chance.uniform(*self.seconds), 5),
            "accounts": chance.sample(range(1, ACCOUNTS + 1), 2),
        }


def _commits(*outcomes: Parts) -> frozenset[Parts]:
    return frozenset(outcomes)


SHAPES = (
    Shape("async", 20, _commits((1, 2))),
    Shape("sync", 8, _commits((1, 2))),
    Shape("transaction", 6, _commits((1, 2))),
    Shape("serializable", 1, _commits((1,))),
    Shape("idempotent", 2, _commits((1,))),
    Shape("idempotent-sync", 1, _commits((1,))),
    Shape("savepoint", 6, _commits((1, 3))),
    Shape("savepoint-deadlock", 3, _commits((1, 3)), (0, 0.01)),
    # PostgreSQL loses all of it, and Talarian says so; others lose the one statement.
    Shape("caught", 4, _commits((1, 3)), refusals=frozenset({500})),
    Shape("deadlock", 4, _commits((1,)), (0, 0.01)),
    Shape("hold", 1, _commits((1,)), (0.05, 0.5)),
    Shape("hurried", 4, _commits((1, 2, 3, 4)), (0, 0.02), frozenset({504})),
    Shape(
        "hurried-on",
        4,
        _commits((1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)),
        (0, 0.02),
        frozenset({500}),
    ),
    Shape("raise", 3, refusals=frozenset({500})),
    Shape("raise-sync", 3, refusals=frozenset({409})),
    Shape("misfit", 3, refusals=frozenset({500})),
    Shape("late", 3, refusals=frozenset({500})),
    Shape("deferred", 3, refusals=frozenset({500})),
    Shape("deferred-sync", 2, refusals=frozenset({500})),
    Shape("refused", 3, refusals=frozenset({500, 503})),
    Shape("undone", 3, refusals=frozenset({500, 503})),
)
BY_NAME = {shape.name: shape for shape in SHAPES}

# Rows that say how often something was committed, beside the entries that say it too: each as a
# query, the shape that writes it, and how much one commit adds.
TALLIES = (
    ("SELECT SUM(moves) FROM accounts", "deadlock", 2),
    ("SELECT value FROM counters WHERE name = 'serializable'", "serializable", 1),
    ("SELECT value FROM counters WHERE name = 'idempotent'", "idempotent", 1),
    ("SELECT value FROM counters WHERE name = 'idempotent-sync'", "idempotent-sync", 1),
)


def chosen(chance: Random) -> Shape:
    """A kind of request, by weight."""
    return chance.choices(SHAPES, [shape.weight for shape in SHAPES])[0]
