"""The floor laws hold, and the checker would notice if they did not."""

from pathlib import Path

import pytest

from tests.architecture import floors

SRC = Path(__file__).parents[2] / "src"


def test_the_laws_hold() -> None:
    broken = floors.violations(floors.Tree.at(SRC))
    assert not broken, "\n" + "\n".join(broken)


def test_the_tree_is_found() -> None:
    assert "talarian.engine.ground" in floors.Tree.at(SRC).modules


@pytest.mark.parametrize(
    "statement",
    [
        "from talarian.engine.app import Router",
        "import talarian.engine.app.router",
        "from talarian.engine import app",
        "from ..app import Router",
        "from .. import app",
        "def later():\n    from talarian.engine.app import Router",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from ..app import Router",
        "import importlib\nimportlib.import_module('talarian.engine.app')",
        "from importlib import import_module\nimport_module('..app', __package__)",
    ],
)
def test_an_import_from_above_is_caught(tmp_path: Path, statement: str) -> None:
    plant(tmp_path, "talarian/engine/app/__init__.py", "Router = object")
    plant(tmp_path, "talarian/engine/app/router.py", "")
    plant(tmp_path, "talarian/engine/fields/field.py", statement)
    (broken,) = check(tmp_path)
    assert "talarian.engine.fields.field must not import talarian.engine.app" in broken
    assert "field.py:" in broken


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("engine/compile/emit.py", "talarian.engine.describe"),  # siblings
        ("engine/app/app.py", "talarian"),
        ("engine/app/app.py", "talarian.fastapi"),
        ("engine/app/app.py", "talarian.compat"),
        ("engine/app/app.py", "talarian.cli"),
        ("compat/dependant.py", "talarian.fastapi.params"),
        ("fastapi/routing.py", "talarian.cli"),
        ("engine/app/app.py", "talarian.sql"),  # a battery
        ("responses.py", "talarian.sql"),
    ],
)
def test_the_engine_and_its_faces_know_nothing_above(
    tmp_path: Path, importer: str, imported: str
) -> None:
    plant(tmp_path, f"talarian/{importer}", f"import {imported}")
    (broken,) = check(tmp_path)
    assert f"must not import {imported}" in broken


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("engine/serve/asgi.py", "talarian.engine.compile.emit"),
        ("engine/serve/asgi.py", "talarian.engine.serve.streams"),
        ("engine/__init__.py", "talarian.engine.app"),
        ("responses.py", "talarian.engine.serve"),
        ("fastapi/routing.py", "talarian.compat.dependant"),
        ("cli/run.py", "talarian.hook"),
        ("engine/ground/errors.py", "starlette.exceptions"),
    ],
)
def test_an_import_from_below_is_fine(tmp_path: Path, importer: str, imported: str) -> None:
    plant(tmp_path, f"talarian/{importer}", f"import {imported}")
    assert check(tmp_path) == []


def test_batteries_use_public_names_and_the_batteries_they_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = {"talarian.auth": frozenset({"talarian.sql"}), "talarian.sql": frozenset[str]()}
    monkeypatch.setattr(floors, "BATTERIES", listed)
    plant(tmp_path, "talarian/auth/users.py", "from talarian import Router\nimport talarian.sql")
    plant(tmp_path, "talarian/auth/inner.py", "import talarian.engine.app")
    plant(tmp_path, "talarian/sql/session.py", "import talarian.auth.users")
    engine, auth = check(tmp_path)
    assert "talarian.auth.inner must not import talarian.engine.app" in engine
    assert "talarian.sql.session must not import talarian.auth.users" in auth


def test_a_package_without_a_place_is_caught(tmp_path: Path) -> None:
    plant(tmp_path, "talarian/novelty/thing.py", "import talarian")
    (broken,) = check(tmp_path)
    assert "talarian.novelty.thing is in no room" in broken


def test_a_driver_stays_in_backends(tmp_path: Path) -> None:
    plant(tmp_path, "talarian/jobs/queue.py", "def connect():\n    import redis.asyncio")
    plant(tmp_path, "talarian/jobs/backends/redis.py", "import redis.asyncio")
    (broken,) = check(tmp_path)
    assert "queue.py:2: redis may only be imported under backends/ or stores/" in broken


def test_a_circle_inside_a_room_is_caught(tmp_path: Path) -> None:
    plant(tmp_path, "talarian/engine/spec/one.py", "from talarian.engine.spec import two")
    plant(tmp_path, "talarian/engine/spec/two.py", "def later():\n    from .one import name")
    (broken,) = check(tmp_path)
    assert "circular import: talarian.engine.spec." in broken


def test_a_long_file_gives_its_reason(tmp_path: Path) -> None:
    body = "x = 1\n" * (floors.LONGEST + 1)
    plant(tmp_path, "talarian/engine/spec/long.py", body)
    plant(tmp_path, "talarian/engine/spec/table.py", f"# Long because: it is one table.\n{body}")
    (broken,) = check(tmp_path)
    assert "long.py: 501 lines" in broken


def plant(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def check(root: Path) -> list[str]:
    return floors.violations(floors.Tree.at(root))
