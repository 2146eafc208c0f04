"""From what was typed to the module that is imported."""

from __future__ import annotations

from pathlib import Path

import pytest

from talarian.cli.failure import Failure
from talarian.cli.locate import USUAL_FILES, Location, locate


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def touch(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


@pytest.mark.parametrize(
    ("typed", "root", "module", "name"),
    [
        ("service.py", ".", "service", None),
        ("service.py:api", ".", "service", "api"),
        ("service", ".", "service", None),
        ("flat/service.py", "flat", "service", None),
        ("flat", "flat", "main", None),
        ("pkg", ".", "pkg", None),
        ("pkg/__init__.py", ".", "pkg", None),
        ("pkg/inner/web.py", ".", "pkg.inner.web", None),
        ("src/lib/web.py", "src", "lib.web", None),
        ("pkg.inner.web", ".", "pkg.inner.web", None),
        ("pkg.inner.web:made.app", ".", "pkg.inner.web", "made.app"),
    ],
)
def test_the_argument(here: Path, typed: str, root: str, module: str, name: str | None) -> None:
    touch(here, "service.py", "flat/service.py", "flat/main.py")
    touch(here, "pkg/__init__.py", "pkg/inner/__init__.py", "pkg/inner/web.py")
    touch(here, "src/lib/__init__.py", "src/lib/web.py")
    assert locate(typed) == Location((here / root).resolve(), module, name)


@pytest.mark.parametrize("first", range(len(USUAL_FILES)))
def test_the_usual_files_in_their_order(here: Path, first: int) -> None:
    touch(here, *USUAL_FILES[first:])
    folder, _, file = USUAL_FILES[first].rpartition("/")
    assert locate(None) == Location((here / folder).resolve(), file.removesuffix(".py"))


def test_a_name_alone_goes_with_the_usual_files(here: Path) -> None:
    touch(here, "main.py")
    (here / "pyproject.toml").write_text('[tool.fastapi]\nentrypoint = "other:app"\n')
    assert locate(None, name="web") == Location(here, "main", "web")


@pytest.mark.parametrize("table", ["talarian", "fastapi"])
def test_the_entrypoint_in_pyproject(here: Path, table: str) -> None:
    touch(here, "main.py")
    (here / "pyproject.toml").write_text(f'[tool.{table}]\nentrypoint = "shop.web:app"\n')
    assert locate(None) == Location(here, "shop.web", "app")
    assert locate("main.py") == Location(here, "main")
    assert locate(None, entrypoint="a.b:c") == Location(here, "a.b", "c")


def test_talarians_own_table_comes_first(here: Path) -> None:
    (here / "pyproject.toml").write_text(
        '[tool.fastapi]\nentrypoint = "a:app"\n[tool.talarian]\nentrypoint = "b:app"\n'
    )
    assert locate(None).module == "b"


@pytest.mark.parametrize("arguments", [("main.py", "a:b", None), (None, "a:b", "app")])
def test_an_entrypoint_goes_alone(arguments: tuple[str | None, str, str | None]) -> None:
    with pytest.raises(Failure, match="--entrypoint names the module and the app"):
        locate(*arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nope.py",), r"Path does not exist: nope\.py"),
        (("no/such",), r"Path does not exist: no/such"),
        (("notes.txt",), r"notes\.txt is not a Python file"),
        (("empty",), r"No application found in .*empty"),
        ((None,), r"none of main\.py, app\.py"),
        ((None, "main"), r"'main' \(--entrypoint\) is not an import string"),
        (("main:app", None, "api"), "named twice, as app and as --app api"),
        (("some.py:app", None, "api"), "named twice, as app and as --app api"),
    ],
)
def test_mistakes(here: Path, arguments: tuple[str | None, ...], message: str) -> None:
    touch(here, "notes.txt", "empty/readme")
    with pytest.raises(Failure, match=message):
        locate(*arguments)


def test_mistakes_in_pyproject(here: Path) -> None:
    path = here / "pyproject.toml"
    path.write_text('[tool.fastapi]\nentrypoint = "main"\n')
    with pytest.raises(Failure, match=r"\[tool\.fastapi\] in pyproject\.toml"):
        locate(None)
    path.write_text("[tool.")
    with pytest.raises(Failure, match="not valid TOML"):
        locate(None)
