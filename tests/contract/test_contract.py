"""The same programs on FastAPI and on Talarian have to tell the same story."""

import ast
import json
import os
import subprocess
import sys
from functools import cache
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


def names(path: Path) -> list[str]:
    """The cases in a file, found without running it."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    defined = [
        node.name for node in ast.parse(path.read_text()).body if isinstance(node, functions)
    ]
    return [name for name in defined if name.startswith("case_")]


def theirs(path: Path) -> Any:
    interpreter = reference.found()
    if interpreter is None:
        pytest.skip("there is no FastAPI to compare with; `make reference` installs one")
    return transcripts(interpreter, "fastapi", path)


def ours(path: Path) -> Any:
    return transcripts(Path(sys.executable), "talarian", path)


@cache
def transcripts(interpreter: Path, side: str, path: Path) -> Any:
    process = subprocess.run(
        [interpreter, "-m", "tests.contract.runner", side, path],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.returncode == 0, f"{path.name} on {side}:\n{process.stderr}"
    return json.loads(process.stdout)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        pytest.param(path, name, id=f"{path.stem}-{name.removeprefix('case_')}")
        for path in CASES
        for name in names(path)
    ],
)
def test_both_sides_agree(path: Path, name: str) -> None:
    expected = theirs(path)[name]
    assert ours(path)[name] == expected


DIFFERENCES: dict[str, tuple[Any, Any]] = {
    "case_nan_for_an_int": (500, 422),
    "case_half_of_a_surrogate_pair": (500, 422),
    "case_methods_that_a_405_allows": ("allow: GET, POST", "allow: GET, POST, PUT"),
    "case_different_operation_ids_of_two_methods": (1, 2),
    "case_a_router_without_an_application": (None, 200),
    "case_a_route_taken_out_of_an_included_router": ([200, 200], [200, 404]),
}


@pytest.mark.parametrize("name", names(TRAPS))
def test_the_differences_are_the_ones_we_chose(name: str) -> None:
    assert (theirs(TRAPS)[name], ours(TRAPS)[name]) == DIFFERENCES[name]
