"""Where the application is: from what was typed, pyproject.toml, or the usual file names.

Follows the conventions of FastAPI's command line (https://fastapi.tiangolo.com/fastapi-cli/).
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from talarian.cli.failure import Failure

USUAL_FILES = ("main.py", "app.py", "api.py", "app/main.py", "app/app.py", "app/api.py")

_DOTTED = r"[^\W\d]\w*(\.[^\W\d]\w*)*"
_ENTRYPOINT = re.compile(f"{_DOTTED}:{_DOTTED}")
_MODULE = re.compile(f"{_DOTTED}(:{_DOTTED})?")
_FILE_AND_NAME = re.compile(rf"(.+\.py):({_DOTTED})")


@dataclass(frozen=True)
class Location:
    """A module to import, with ``root`` in front of ``sys.path``.

    ``name`` is the app's name in the module, None when it is still to be found there.
    """

    root: Path
    module: str
    name: str | None = None


def locate(app: str | None, entrypoint: str | None = None, name: str | None = None) -> Location:
    """Return where the application is. The first of these that applies decides:

    1. ``entrypoint``, an import string (``--entrypoint``; alone, as it already says everything)
    2. ``app``, a file, a folder or an import string
    3. ``name`` alone: the usual files
    4. ``entrypoint`` under ``[tool.talarian]``, then ``[tool.fastapi]``, in ./pyproject.toml
    5. the usual files in the current folder

    Raises `Failure` when there is nothing there.
    """
    here = Path.cwd()
    if entrypoint is not None:
        if app is not None or name is not None:
            raise Failure(
                "--entrypoint names the module and the app, so it can't be combined with a path "
                "or with --app. Leave one of them out."
            )
        return _from_entrypoint(entrypoint, "--entrypoint", here)
    if app is not None:
        return _from_argument(app, name, here)
    if name is None and (configured := _configured_entrypoint(here)) is not None:
        return _from_entrypoint(*configured, here)
    return _from_file(_usual_file(here), name)


def _from_entrypoint(text: str, written_in: str, here: Path) -> Location:
    if not _ENTRYPOINT.fullmatch(text):
        raise Failure(
            f"The entrypoint {text!r} ({written_in}) is not an import string. Write the module, a "
            "colon and the app's name, as in package.module:app"
        )
    module, _, name = text.partition(":")
    return Location(here, module, name)


def _from_argument(text: str, name: str | None, here: Path) -> Location:
    if (file_and_name := _FILE_AND_NAME.fullmatch(text)) is not None:
        text, own_name = file_and_name[1], file_and_name[2]
        name = _only_name(text, own_name, name)
    path = Path(text)
    if path.is_dir() and not (path / "__init__.py").exists():
        return _from_file(_usual_file(path), name)
    if path.exists():
        return _from_file(path, name)
    if text.endswith(".py") or not _MODULE.fullmatch(text):
        raise Failure(
            f"Path does not exist: {text} (looked in {here}). Give a file (main.py), a folder with "
            "one of the usual files in it, or an import string (package.module:app)."
        )
    module, _, own_name = text.partition(":")
    return Location(here, module, _only_name(module, own_name, name))


def _only_name(place: str, own_name: str, name: str | None) -> str | None:
    if own_name and name:
        raise Failure(
            f"The app in {place} is named twice, as {own_name} and as --app {name}. Leave one out."
        )
    return own_name or name


def _from_file(path: Path, name: str | None) -> Location:
    """Find the folder above the outermost package that ``path`` is in."""
    path = path.resolve()
    if path.is_file() and path.suffix != ".py":
        raise Failure(f"{path} is not a Python file. Give the file that creates the app.")
    if path.name == "__init__.py":
        path = path.parent
    parts = [path.stem]
    root = path.parent
    while (root / "__init__.py").exists():
        parts.insert(0, root.name)
        root = root.parent
    return Location(root, ".".join(parts), name)


def _usual_file(folder: Path) -> Path:
    for candidate in USUAL_FILES:
        if (folder / candidate).is_file():
            return folder / candidate
    raise Failure(
        f"No application found in {folder.resolve()}: there is none of {', '.join(USUAL_FILES)}. "
        "Say where it is: `talarian run path/to/file.py` or `talarian run package.module:app`."
    )


def _configured_entrypoint(folder: Path) -> tuple[str, str] | None:
    """Return the entrypoint in ``folder``'s pyproject.toml and the table it was written in."""
    path = folder / "pyproject.toml"
    if not path.is_file():
        return None
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8")).get("tool", {})
    except tomllib.TOMLDecodeError as error:
        raise Failure(f"{path} is not valid TOML: {error}. Mend it and try again.") from None
    for table in ("talarian", "fastapi"):
        entrypoint = tables.get(table, {}).get("entrypoint")
        if entrypoint is not None:
            return str(entrypoint), f"[tool.{table}] in pyproject.toml"
    return None
