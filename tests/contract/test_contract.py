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

ROOT = Path(__file__).parents[2]
CASES = sorted((Path(__file__).parent / "cases").glob("*.py"))


def names(path: Path) -> list[str]:
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    tree = ast.parse(path.read_text())
    defined = [node.name for node in tree.body if isinstance(node, functions)]
    return [name for name in defined if name.startswith("case_")]


@cache
def transcripts(interpreter: Path, side: str, path: Path) -> Any:
    process = subprocess.run(
        [interpreter, "-m", "tests.contract.runner", side, path],
        capture_output=True,
        text=True,
        timeout=50,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.returncode == 0, f"{path.name} on {side}:\n{process.stderr}"
    return json.loads(process.stdout)


@pytest.mark.service("the real FastAPI, in .venv-fastapi (`make reference`) or at FASTAPI_PYTHON")
@pytest.mark.parametrize(
    ("path", "name"),
    [
        pytest.param(path, name, id=f"{path.stem}-{name.removeprefix('case_')}")
        for path in CASES
        for name in names(path)
    ],
)
def test_both_sides_agree(path: Path, name: str) -> None:
    interpreter = reference.found()
    if interpreter is None:
        pytest.skip("there is no FastAPI to compare with; `make reference` installs one")
    theirs = transcripts(interpreter, "fastapi", path)
    ours = transcripts(Path(sys.executable), "talarian", path)
    assert ours[name] == theirs[name]
