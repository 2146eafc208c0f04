"""A virtual environment with the real FastAPI, made on demand."""

import importlib.metadata
import subprocess
import sys
from pathlib import Path

VENV = Path(__file__).parents[1] / ".venv-fastapi"
FASTAPI = "fastapi==0.165.0"
# Both sides run on the same foundations; what differs is the framework.
SHARED = ("starlette", "pydantic", "pydantic-core", "anyio", "typing-extensions")


def python() -> Path | None:
    """The interpreter of that environment, or None (and a word why) if it cannot be made."""
    interpreter = VENV / "bin" / "python"
    wanted = [FASTAPI, *(f"{name}=={importlib.metadata.version(name)}" for name in SHARED)]
    stamp = VENV / ".ready"
    if stamp.exists() and stamp.read_text().split() == wanted:
        return interpreter
    print(f"Making {VENV.name} with {', '.join(wanted)}", file=sys.stderr)
    pip = [str(interpreter), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    try:
        subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
        subprocess.run([*pip, *wanted], check=True)
    except subprocess.CalledProcessError as error:
        print(f"No FastAPI to compare with: {error}", file=sys.stderr)
        return None
    stamp.write_text("\n".join(wanted))
    return interpreter
