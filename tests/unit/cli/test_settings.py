"""``talarian settings``, and commands that extensions add."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from talarian.cli.application import application
from talarian.cli.failure import Failure
from talarian.cli.settings import settings

Project = Callable[..., Path]

SHOP = """\
from typing import Annotated

import typer

from talarian import Talarian
from talarian.extensions import Extension
from talarian.settings import DevelopmentOnly, Secret, Settings

class ShopSettings(Settings):
    title: str = "Bookshop"
    signing_key: Annotated[Secret, DevelopmentOnly()] = Secret("development")

class Stock(Extension):
    def commands(self):
        commands = typer.Typer()

        @commands.command()
        def count(shelf: int) -> None:
            print(f"shelf {shelf}: 12 books")

        return commands

app = Talarian(extensions=[ShopSettings(), Stock()])
"""


def test_what_is_set_and_from_where(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    os.environ["TALARIAN_ENV"] = "development"
    (project(shop=SHOP) / ".env").write_text("TITLE=Other\n")
    settings("shop.py")
    assert capsys.readouterr().out == (
        "environment: development\n"
        "\n"
        "SETTING      VALUE       FROM\n"
        "TITLE        Other       .env\n"
        "SIGNING_KEY  **********  default\n"
        "\n"
        "Production does not start with this:\n"
        "  - SIGNING_KEY has the value that is for development, which everybody knows.\n"
        "    Set SIGNING_KEY in the environment. Make a random one: "
        "python -c 'import secrets; print(secrets.token_urlsafe(32))'\n"
    )


def test_in_production_it_fails(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    os.environ["TALARIAN_ENV"] = "production"
    project(shop=SHOP)
    with pytest.raises(typer.Exit) as caught:
        settings("shop.py", as_json=True)
    assert caught.value.exit_code == 1
    said = json.loads(capsys.readouterr().out)
    assert said["environment"] == "production"
    assert said["settings"][0] == {"name": "TITLE", "value": "Bookshop", "source": "default"}
    assert len(said["hazards"]) == 1


def test_an_application_without_extensions(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project(shop="from fastapi import FastAPI\napp = FastAPI()\n")
    settings("shop.py")
    assert "No extension of this application has settings." in capsys.readouterr().out


def test_a_command_of_an_extension(project: Project) -> None:
    project(main=SHOP)
    result = CliRunner().invoke(application, ["stock", "count", "3"])
    assert (result.exit_code, result.output) == (0, "shelf 3: 12 books\n")


def test_a_command_that_nobody_has(project: Project) -> None:
    project(main=SHOP)
    result = CliRunner().invoke(application, ["stok", "count"])
    assert result.exit_code == 2
    assert "stok" in result.output


def test_a_command_without_an_application(project: Project) -> None:
    project()
    result = CliRunner().invoke(application, ["stock"])
    assert isinstance(result.exception, Failure)
    assert "talarian has no command 'stock'" in str(result.exception)
