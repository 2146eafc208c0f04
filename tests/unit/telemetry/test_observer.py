"""The hook itself: anything may observe, and nobody has to be there."""

import os
import subprocess
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from starlette.testclient import TestClient

from talarian import Talarian
from talarian.engine.ground.observe import NOBODY, watching


class Diary:
    """An observer that writes down what it is told."""

    def __init__(self) -> None:
        self.entries: list[str] = []

    def routed(self, scope: Any, route: Any) -> None:
        self.entries.append(f"routed {route.path_format}")

    def connected(self, connection: Any) -> None:
        self.entries.append(f"connected {connection.method}")

    def received(self, body: Any) -> None:
        self.entries.append(f"received {body}")

    def solved(self, values: dict[str, Any], errors: Sequence[Any]) -> None:
        self.entries.append(f"solved {values} {len(errors)}")

    def refused(self, error: Any) -> None:
        self.entries.append("refused")

    @contextmanager
    def operation(self, name: str, function: Callable[..., Any]) -> Generator[None]:
        self.entries.append(f"{name} begins")
        yield
        self.entries.append(f"{name} ends")


@pytest.mark.parametrize(
    ("path", "told"),
    [
        (
            "/items/1",
            [
                "routed /items/{number}",
                "connected GET",
                "received None",
                "dependencies begins",
                "dependencies ends",
                "solved {'number': 1} 0",
                "endpoint begins",
                "endpoint ends",
                "serialization begins",
                "serialization ends",
            ],
        ),
        (
            "/items/one",
            [
                "routed /items/{number}",
                "connected GET",
                "received None",
                "dependencies begins",
                "dependencies ends",
                "solved {} 1",
                "refused",
            ],
        ),
    ],
)
def test_an_observer_is_told_every_step_in_order(path: str, told: list[str]) -> None:
    app = Talarian()
    diary = Diary()

    @app.get("/items/{number}")
    def read(number: int) -> int:
        return number

    async def observed(scope: Any, receive: Any, send: Any) -> None:
        token = watching.set(diary)
        await app(scope, receive, send)
        watching.reset(token)

    TestClient(observed).get(path)
    assert diary.entries == told


def test_nobody_observes_by_default() -> None:
    app = Talarian()
    seen: list[Any] = []

    @app.get("/")
    def read() -> None:
        seen.append(watching.get())

    assert TestClient(app).get("/").status_code == 200
    assert seen == [NOBODY]


SERVED = """
from talarian import Talarian
from starlette.testclient import TestClient

app = Talarian()

@app.get("/")
def read() -> str:
    return "served"

with TestClient(app) as client:
    assert client.get("/").json() == "served"
assert "opentelemetry.context" not in sys.modules
"""

UNINSTALLED = """
sys.modules["opentelemetry"] = None
"""

REFUSED = """
try:
    Talarian(telemetry={"auto_configure": True})
except RuntimeError as error:
    assert "talarian[telemetry]" in str(error)
else:
    raise AssertionError("not refused")
"""


def test_an_application_that_does_not_use_opentelemetry_does_not_import_it() -> None:
    run(SERVED)


def test_opentelemetry_may_be_missing_unless_it_is_asked_for() -> None:
    run(UNINSTALLED + SERVED + REFUSED)


def run(program: str) -> None:
    # Plug-ins of pydantic, such as logfire, import OpenTelemetry on their own.
    environment = {**os.environ, "PYDANTIC_DISABLE_PLUGINS": "__all__"}
    command = [sys.executable, "-c", "import sys\n" + program]
    subprocess.run(command, check=True, timeout=30, env=environment)
