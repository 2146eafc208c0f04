"""The same programs on FastAPI and on Talarian have to tell the same story."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from scripts import reference

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CASES = sorted((HERE / "cases").glob("*.py"))
TRAPS = HERE / "differences" / "traps.py"

pytestmark = [
    pytest.mark.service("the real FastAPI, in .venv-fastapi (`make reference`) or FASTAPI_PYTHON"),
    pytest.mark.timeout(120),
]


def told(path: Path) -> tuple[Any, Any]:
    """What the cases of a file tell: on FastAPI, and on Talarian."""
    interpreter = reference.found()
    if interpreter is None:
        pytest.skip("there is no FastAPI to compare with; `make reference` installs one")
    sides = [(interpreter, "fastapi"), (Path(sys.executable), "talarian")]
    running = [start(python, side, path) for python, side in sides]
    theirs, ours = [transcripts(process) for process in running]
    return theirs, ours


def start(interpreter: Path, side: str, path: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [interpreter, "-m", "tests.contract.runner", side, path],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def transcripts(process: subprocess.Popen[str]) -> Any:
    output, errors = process.communicate()
    assert process.returncode == 0, errors
    return json.loads(output)


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in CASES])
def test_both_sides_agree(path: Path, subtests: pytest.Subtests) -> None:
    theirs, ours = told(path)
    assert ours.keys() == theirs.keys()
    for name in theirs:
        with subtests.test(name):
            assert ours[name] == theirs[name]


def test_the_differences_are_the_ones_we_chose() -> None:
    theirs, ours = told(TRAPS)
    assert {name: (theirs[name], ours[name]) for name in theirs} == DIFFERENCES


DIFFERENCES: dict[str, tuple[Any, Any]] = {
    "case_nan_for_an_int": (500, 422),
    "case_half_of_a_surrogate_pair": (500, 422),
    "case_methods_that_a_405_allows": ("allow: GET, POST", "allow: GET, POST, PUT"),
    "case_different_operation_ids_of_two_methods": (1, 2),
    "case_a_router_without_an_application": (None, 200),
    "case_a_route_taken_out_of_an_included_router": ([200, 200], [200, 404]),
}
