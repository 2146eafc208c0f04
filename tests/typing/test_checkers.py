"""mypy and pyright see each mistake in `wrong.py` where it is, and none in `correct.py`."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
IGNORED = re.compile(r"  # type: ignore\[[a-z-]+\]$", re.MULTILINE)

pytestmark = pytest.mark.timeout(300)


def run(*command: str) -> str:
    process = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert process.returncode in (0, 1), process.stdout + process.stderr
    return process.stdout


def mypy(path: Path) -> set[int]:
    output = run("mypy", "--config-file", "pyproject.toml", "--output", "json", str(path))
    found = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
    return {each["line"] for each in found if each["severity"] == "error"}


def pyright(path: Path) -> set[int]:
    output = run("pyright", "--pythonpath", sys.executable, "--outputjson", str(path))
    found = json.loads(output)["generalDiagnostics"]
    return {each["range"]["start"]["line"] + 1 for each in found if each["severity"] == "error"}


@pytest.mark.parametrize("checker", [mypy, pyright])
def test_each_mistake_is_seen(checker: Callable[[Path], set[int]], tmp_path: Path) -> None:
    source = (HERE / "wrong.py").read_text()
    lines = enumerate(source.splitlines(), start=1)
    mistakes = {number for number, line in lines if IGNORED.search(line)}
    bare = tmp_path / "wrong.py"
    bare.write_text(IGNORED.sub("", source))
    assert checker(bare) == mistakes


@pytest.mark.parametrize("checker", [mypy, pyright])
def test_nothing_is_wrong_with_what_is_right(checker: Callable[[Path], set[int]]) -> None:
    assert checker(HERE / "correct.py") == set()
