"""The short form of `make faults`: a few seconds of writers, faults and checking."""

from pathlib import Path

import pytest

from tests.faults import report
from tests.faults.__main__ import run
from tests.faults.databases import DATABASES
from tests.faults.processes import CannotRun
from tests.faults.run import Load


@pytest.mark.timeout(180)
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[] if name == "sqlite" else [pytest.mark.service(name)])
        for name in DATABASES
    ],
)
def test_what_was_answered_is_what_was_written(name: str, tmp_path: Path) -> None:
    said: list[str] = []
    try:
        result = run(name, Load(seconds=4, seed=1, writers=40), tmp_path, said.append)
    except CannotRun as error:
        pytest.skip(str(error))
    assert not result.violations, report.told(result)
