"""The command as a whole: exit codes, where the messages go, missing packages."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest


def talarian(*arguments: str, without: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command, as if the package ``without`` were not installed."""
    code = (
        f"import sys; sys.modules.update(dict.fromkeys({without.split()!r})); "
        "from talarian.cli import main; main()"
    )
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=30
    )


def test_version() -> None:
    result = talarian("--version")
    assert (result.returncode, result.stdout.strip()) == (0, f"talarian {version('talarian')}")


def test_python_dash_m() -> None:
    command = [sys.executable, "-m", "talarian", "--version"]
    assert subprocess.run(command, capture_output=True, text=True).stdout.startswith("talarian ")


@pytest.mark.parametrize("command", ["run", "dev", "routes"])
def test_help(command: str) -> None:
    result = talarian(command, "--help")
    assert result.returncode == 0
    assert "--entrypoint" in result.stdout


@pytest.mark.parametrize("package", ["typer", "rich", "uvicorn"])
def test_a_missing_package_is_one_paragraph(package: str) -> None:
    result = talarian("run", without=package)
    assert (result.returncode, result.stdout) == (1, "")
    assert f"needs {package}" in result.stderr
    assert 'pip install "talarian[standard]"' in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("command", ["run", "dev", "routes"])
def test_a_bad_path_is_one_paragraph(command: str) -> None:
    result = talarian(command, "nope.py")
    assert (result.returncode, result.stdout) == (1, "")
    assert "Path does not exist: nope.py" in result.stderr
    assert "Traceback" not in result.stderr


def test_reload_has_one_process(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text("from fastapi import FastAPI\napp = FastAPI()")
    result = talarian("dev", str(tmp_path), "--workers", "2")
    assert result.returncode == 1
    assert "Leave out --workers or --reload" in result.stderr
