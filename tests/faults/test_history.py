"""The checker itself: it would be worth nothing if it could not find anything."""

import pytest

from tests.faults.history import Outcome, Record, check
from tests.faults.shapes import BY_NAME, Parts


def broken(
    outcome: Outcome, *there: int, shape: str = "async", answered: Parts = (1, 2)
) -> list[str]:
    """What is wrong when a request ended like this and these parts are in the database."""
    record = Record("key", BY_NAME[shape], "plain")
    record.status, record.parts = 200, answered
    record.end(outcome, "")
    return [found.what for found in check([record], [("key", part) for part in there])]


def test_what_is_as_it_was_answered() -> None:
    assert broken(Outcome.ACKNOWLEDGED, 2, 1) == []
    assert broken(Outcome.ACKNOWLEDGED, 1, shape="hurried-on", answered=(1,)) == []
    assert broken(Outcome.REFUSED) == []
    assert broken(Outcome.UNSENT) == []


@pytest.mark.parametrize("there", [(), (1,), (1, 1, 2), (1, 2, 2), (1, 2, 3)])
def test_acknowledged_and_not_exactly_there(there: Parts) -> None:
    (what,) = broken(Outcome.ACKNOWLEDGED, *there)
    assert what.startswith("answered 200 with parts [1, 2], but the database has ")


def test_acknowledged_and_something_else_of_what_may_be() -> None:
    assert broken(Outcome.ACKNOWLEDGED, 1, 2, shape="hurried-on", answered=(1,))


def test_acknowledged_what_must_fail() -> None:
    assert broken(Outcome.ACKNOWLEDGED, 1, shape="raise", answered=(1,))
    assert broken(Outcome.ACKNOWLEDGED, shape="raise", answered=())


@pytest.mark.parametrize("outcome", [Outcome.REFUSED, Outcome.UNSENT])
def test_refused_and_there(outcome: Outcome) -> None:
    assert broken(outcome, 1, 2)


@pytest.mark.parametrize("outcome", [Outcome.UNKNOWN, Outcome.UNREAD])
def test_in_doubt_it_is_all_or_nothing(outcome: Outcome) -> None:
    assert broken(outcome) == []
    assert broken(outcome, 1, 2) == []
    assert broken(outcome, 1)
    assert broken(outcome, 1, 2, 1, 2)
    assert broken(outcome, 1, shape="raise")


@pytest.mark.parametrize("outcome", [Outcome.HUNG, Outcome.STRANGE])
def test_no_answer(outcome: Outcome) -> None:
    assert broken(outcome)


def test_rows_that_nobody_has_asked_for() -> None:
    (found,) = check([], [("other", 1)])
    assert found.what.startswith("other: rows that nobody has asked for")
