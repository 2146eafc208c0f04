"""Which line of the user's code is running."""

import inspect
import json

import pytest
from sqlalchemy.util import greenlet_spawn

from talarian.sql.callers import Line, user_line, user_lines
from talarian.sql.retries import Retries


def here() -> int:
    frame = inspect.currentframe()
    assert frame is not None
    assert frame.f_back is not None
    return frame.f_back.f_lineno


def test_the_innermost_of_the_users_own() -> None:
    line, number = user_line(), here()
    assert line is not None
    assert (line.file, line.number) == (__file__, number)
    assert str(line).endswith(f"test_callers.py:{number}, in {line.function}")


def test_libraries_are_passed_over() -> None:
    found: list[Line] = []

    class Asking(json.JSONEncoder):
        def default(self, o: object) -> object:
            found.extend(user_lines())
            return None

    json.dumps(object(), cls=Asking)
    assert [line.function for line in found[:2]] == ["default", "test_libraries_are_passed_over"]
    assert all("json" not in line.file for line in found)


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_through_greenlets() -> None:
    def ask() -> list[Line]:
        return list(user_lines())

    async def endpoint() -> list[Line]:
        return await greenlet_spawn(ask)

    functions = [line.function for line in await endpoint()]
    assert functions[:3] == ["ask", "endpoint", "test_through_greenlets"]


class TestRetries:
    def test_pauses_double_and_end(self) -> None:
        retries = Retries(attempts=5, within=10)
        pauses = [retries.pause(attempt, 0.0) for attempt in range(1, 6)]
        assert pauses[-1] is None
        for attempt, pause in enumerate(pauses[:-1]):
            assert pause is not None
            assert 0.01 * 2**attempt <= pause <= 0.02 * 2**attempt

    def test_time_is_limited(self) -> None:
        assert Retries(attempts=100, within=1).pause(1, 0.999) is None
        assert Retries(attempts=100, within=1).pause(50, 0.5) is None

    def test_limits_make_sense(self) -> None:
        with pytest.raises(ValueError):
            Retries(attempts=0)
        with pytest.raises(ValueError):
            Retries(within=0)
