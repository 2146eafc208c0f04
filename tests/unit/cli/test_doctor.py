"""``talarian doctor``."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import typer

from talarian.cli.doctor import doctor
from talarian.cli.failure import Failure

Project = Callable[..., Path]

CLEAN = """\
from fastapi import FastAPI
app = FastAPI(openapi_url=None)
"""
WITH_INFO = """\
from fastapi import FastAPI
app = FastAPI()
"""
WITH_WARNING = """\
from fastapi import FastAPI
app = FastAPI(openapi_url=None)

@app.get("/items/{item_id}")
def read_item(item_id: str) -> str:
    return item_id

@app.get("/items/me")
def read_mine() -> str:
    return "mine"
"""


def test_nothing_found(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project(shop=CLEAN)
    doctor("shop.py")
    assert capsys.readouterr().out.endswith("Nothing found in 0 routes.\n")


def test_a_warning_fails(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project(shop=WITH_WARNING)
    with pytest.raises(typer.Exit) as caught:
        doctor("shop.py")
    assert caught.value.exit_code == 1
    said = capsys.readouterr().out
    assert said.startswith("shop.py:8: warning shadowed-route\n    GET /items/me is never reached")
    assert "    Instead: Declare GET /items/me before GET /items/{item_id}" in said


def test_info_fails_only_when_strict(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project(shop=WITH_INFO)
    doctor("shop.py")
    assert capsys.readouterr().out.startswith("shop.py:2: info public-docs\n")
    with pytest.raises(typer.Exit):
        doctor("shop.py", strict=True)


def test_ignored_rules_do_not_fail(project: Project) -> None:
    project(shop=WITH_WARNING)
    doctor("shop.py", ignore=["shadowed-route"], strict=True)


def test_as_json(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project(shop=WITH_WARNING)
    with pytest.raises(typer.Exit):
        doctor("shop.py", as_json=True)
    found = json.loads(capsys.readouterr().out)
    assert found["counts"] == {"error": 0, "warning": 1, "info": 0}
    assert found["routes"] == 2
    assert found["findings"][0]["place"] == {"file": "shop.py", "line": 8}


@pytest.mark.parametrize(
    ("name", "said"),
    [("shadowed-rout", "Did you mean shadowed-route?"), ("xyz", "The rules are: commit-after-")],
)
def test_a_rule_that_does_not_exist(project: Project, name: str, said: str) -> None:
    project(shop=CLEAN)
    with pytest.raises(Failure, match=r"There is no rule") as caught:
        doctor("shop.py", ignore=[name])
    assert said in str(caught.value)


def test_an_application_without_plans(project: Project) -> None:
    project(shop="from starlette.applications import Starlette\napp = Starlette()\n")
    with pytest.raises(Failure, match="Not a Talarian or FastAPI application but a Starlette"):
        doctor("shop.py")
