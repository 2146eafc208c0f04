"""The real FastAPI in a virtual environment of its own, to compare with.

    python -m scripts.reference

makes `.venv-fastapi` unless it is there; `FASTAPI_PYTHON=/path/to/python` names another one.
"""

import importlib.metadata
import os
import subprocess
import sys
from pathlib import Path

VENV = Path(__file__).parents[1] / ".venv-fastapi"
STAMP = VENV / ".ready"
FASTAPI = "fastapi==0.165.0"
# Both sides run on the same foundations; what differs is the framework.
SHARED = (
    "starlette",
    "pydantic",
    "pydantic-core",
    "anyio",
    "typing-extensions",
    "python-multipart",
    # What an application's own tests run with, for `talarian prove --pytest`.
    "pytest",
    "httpx2",
)


def found() -> Path | None:
    """The interpreter of that environment, or None if nobody has made it."""
    if chosen := os.environ.get("FASTAPI_PYTHON"):
        return Path(chosen)
    return VENV / "bin" / "python" if _is_ready() else None


def python() -> Path | None:
    """As `found`, but make the environment first; None (and a word why) if that fails."""
    if (interpreter := found()) is not None:
        return interpreter
    interpreter = VENV / "bin" / "python"
    print(f"Making {VENV.name} with {', '.join(_wanted())}", file=sys.stderr)
    pip = [str(interpreter), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    try:
        subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
        subprocess.run([*pip, *_wanted()], check=True)
    except subprocess.CalledProcessError as error:
        print(f"No FastAPI to compare with: {error}", file=sys.stderr)
        return None
    STAMP.write_text("\n".join(_wanted()))
    return interpreter


def _wanted() -> list[str]:
    return [FASTAPI, *(f"{name}=={importlib.metadata.version(name)}" for name in SHARED)]


def _is_ready() -> bool:
    return STAMP.exists() and STAMP.read_text().split() == _wanted()


if __name__ == "__main__":
    # Where it cannot be made, what needs it says so itself: a skipped test, or a failed one in CI.
    python()
