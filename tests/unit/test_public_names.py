"""The names of `import talarian`."""

import subprocess
import sys

import pytest

import talarian


@pytest.mark.parametrize("name", talarian.__all__)
def test_every_public_name_can_be_had(name: str) -> None:
    assert getattr(talarian, name) is not None
    assert name in dir(talarian)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nothing"):
        _ = talarian.nothing


def imported_by(code: str) -> set[str]:
    """The modules that are there after running `code` in a new process."""
    command = [sys.executable, "-I", "-c", f"{code}; import sys; print(*sys.modules)"]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    return set(result.stdout.split())


def test_importing_the_package_imports_nothing_else() -> None:
    modules = imported_by("import talarian") - imported_by("import importlib")
    own = {name for name in modules if name.split(".")[0] == "talarian"}
    assert modules == own
    assert own <= {"talarian"} | {
        f"talarian.{name}" for name in ("engine", "engine.ground", "engine.ground.lazy")
    }


SPARED = {
    "talarian.engine.spec.models",
    "talarian.engine.declare.security.http",
    "talarian.engine.declare.security.oauth2",
    "talarian.compat",
    "talarian.fastapi",
    "email_validator",
    "jinja2",
    "uvicorn",
    "httpx2",
    "opentelemetry",
    "redis",
    "rich",
    "typer",
}
"""What a plain application does not need, and should not wait for."""


def test_an_application_imports_what_it_needs() -> None:
    modules = imported_by("from talarian import Talarian; Talarian().get('/')(lambda: None)")
    assert not modules & SPARED


def test_the_face_spares_an_application_the_same() -> None:
    modules = imported_by("from talarian.fastapi import FastAPI; FastAPI().get('/')(lambda: None)")
    assert modules & SPARED == {"talarian.compat", "talarian.fastapi"}
