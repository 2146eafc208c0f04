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
POOLS = HERE / "differences" / "pools.py"

Stories = dict[str, dict[str, Any]]

pytestmark = [
    pytest.mark.service("the real FastAPI, in .venv-fastapi (`make reference`) or FASTAPI_PYTHON"),
    pytest.mark.timeout(120),
]


@pytest.fixture(scope="module")
def stories() -> tuple[Stories, Stories]:
    """What all cases tell, file by file: on FastAPI, and on Talarian."""
    interpreter = reference.found()
    if interpreter is None:
        pytest.skip("there is no FastAPI to compare with; `make reference` installs one")
    running = [start(interpreter, "fastapi"), start(Path(sys.executable), "talarian")]
    theirs, ours = [transcripts(process) for process in running]
    return theirs, ours


def start(interpreter: Path, side: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [interpreter, "-m", "tests.contract.runner", side, *CASES, TRAPS, POOLS],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        # This tree's own sources, wherever the environment's installed ones are.
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")])},
    )


def transcripts(process: subprocess.Popen[str]) -> Stories:
    output, errors = process.communicate()
    assert process.returncode == 0, errors
    told: Stories = json.loads(output)
    return told


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in CASES])
def test_both_sides_agree(
    path: Path, stories: tuple[Stories, Stories], subtests: pytest.Subtests
) -> None:
    theirs, ours = [side[str(path)] for side in stories]
    assert ours.keys() == theirs.keys()
    for name in theirs:
        with subtests.test(name):
            assert ours[name] == theirs[name]


DIFFERENCES: dict[str, tuple[Any, Any]] = {
    "case_nan_for_an_int": (500, 422),
    "case_half_of_a_surrogate_pair": (500, 422),
    "case_cors_headers_of_a_500": (False, True),
    "case_methods_that_a_405_allows": ("allow: GET, POST", "allow: GET, POST, PUT"),
    "case_different_operation_ids_of_two_methods": (1, 2),
    "case_a_router_without_an_application": (None, 200),
    "case_a_route_taken_out_of_an_included_router": ([200, 200], [200, 404]),
}


def test_the_differences_are_the_ones_we_chose(stories: tuple[Stories, Stories]) -> None:
    theirs, ours = [side[str(TRAPS)] for side in stories]
    assert {name: (theirs[name], ours[name]) for name in theirs} == DIFFERENCES


def test_a_small_pool_answers_a_thousand_requests(stories: tuple[Stories, Stories]) -> None:
    [theirs], [ours] = [side[str(POOLS)].values() for side in stories]
    assert theirs == {"all answered": False, "connections back": 10}
    assert ours == {"all answered": True, "connections back": 10}
