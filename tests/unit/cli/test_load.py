"""Finding the app in the user's module, and what is said when that fails."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from talarian.cli.failure import Failure
from talarian.cli.load import load, load_import_string
from talarian.cli.locate import locate

Project = Callable[..., Path]


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("zoo = FastAPI(); api = FastAPI(); app = FastAPI()", "app"),
        ("zoo = FastAPI(); api = FastAPI(); app = 3", "api"),
        ("zoo = FastAPI(); bar = FastAPI()", "bar"),
        ("app = GZipMiddleware(FastAPI())", "app"),
        ("inner = FastAPI(); app = GZipMiddleware(inner)", "inner"),
        ("static = Starlette(); web = FastAPI()", "web"),
        ("other = Starlette()", "other"),
    ],
)
def test_which_object_is_the_app(project: Project, source: str, name: str) -> None:
    project(
        shop="from fastapi import FastAPI\n"
        "from starlette.applications import Starlette\n"
        f"from starlette.middleware.gzip import GZipMiddleware\n{source}\n"
    )
    loaded = load(locate("shop.py"))
    assert loaded.import_string == f"shop:{name}"
    assert load_import_string(loaded.import_string) is loaded.app


def test_the_app_may_be_named(project: Project) -> None:
    project(shop="from fastapi import FastAPI\nclass made: app = FastAPI()\napp = FastAPI()")
    assert load(locate("shop:made.app")).app is not load(locate("shop")).app


def failure(typed: str, name: str | None = None) -> str:
    with pytest.raises(Failure) as caught:
        load(locate(typed, name=name))
    return str(caught.value)


def test_no_app_at_all(project: Project) -> None:
    project(shop="app = 3\ndef make(): ...")
    assert "There is no application in shop" in failure("shop.py")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nope", "There is no 'nope' in shop"),
        ("number", "is not an ASGI application but a int"),
        ("make", "call it in the module: app = make()"),
        ("FastAPI", "is not an ASGI application"),
    ],
)
def test_a_name_that_is_no_app(project: Project, name: str, said: str) -> None:
    project(
        shop="from fastapi import FastAPI\nnumber = 3\ndef make(): return FastAPI()\nweb = make()"
    )
    message = failure("shop.py", name)
    assert said in message
    assert "Applications in that module: web." in message


def test_a_module_that_does_not_exist(project: Project) -> None:
    folder = project()
    message = failure("no.such:app")
    assert message.startswith("There is no module 'no' to import for 'no.such'")
    assert str(folder) in message


def test_an_error_shows_the_users_frames_only(project: Project) -> None:
    project(
        shop="import stock",
        stock="import json\ndef read():\n    return json.loads('{')\nread()",
    )
    message = failure("shop.py")
    assert message.startswith("Could not import shop:")
    assert "shop.py" in message and "stock.py" in message and "return json.loads('{')" in message
    assert "JSONDecodeError: Expecting property name" in message
    for machinery in ("importlib", "json/decoder.py", "talarian/cli"):
        assert machinery not in message


def test_the_frames_of_a_cause_are_trimmed_too(project: Project) -> None:
    project(
        shop="import json\n"
        "try: json.loads('{')\n"
        "except ValueError as error: raise RuntimeError('no stock') from error"
    )
    message = failure("shop.py")
    assert "RuntimeError: no stock" in message and "JSONDecodeError" in message
    assert "json/decoder.py" not in message


def test_a_missing_library(project: Project) -> None:
    project(shop="import no_such_library")
    message = failure("shop.py")
    assert "No module named 'no_such_library'" in message
    assert "Install it for " in message


def test_a_missing_part_of_talarian(project: Project) -> None:
    project(shop="import talarian.nonsense")
    assert "Talarian is not completely installed" in failure("shop.py")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("import fastapi.nonsense", "has no module talarian.fastapi.nonsense"),
        ("from fastapi.nonsense import thing", "has no module talarian.fastapi.nonsense"),
        ("from fastapi import nonsense", "lacks that name in talarian.fastapi"),
        ("from fastapi.routing import nonsense", "lacks that name in talarian.fastapi.routing"),
    ],
)
def test_what_the_face_does_not_have(project: Project, source: str, said: str) -> None:
    project(shop=source)
    assert said in failure("shop.py")


def test_a_syntax_error(project: Project) -> None:
    project(shop="def (:")
    message = failure("shop.py")
    assert "SyntaxError" in message and 'shop.py", line 1' in message
