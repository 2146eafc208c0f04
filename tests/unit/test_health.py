"""`/health/live` and `/health/ready`."""

import logging
from collections.abc import Mapping

import anyio
import pytest

from talarian import Talarian
from talarian.extensions import Check, Extension
from talarian.health import Health
from talarian.testclient import TestClient


async def well() -> None: ...


async def broken() -> None:
    raise ConnectionError("secret-host is down")


async def hanging() -> None:
    await anyio.sleep(60)


class Disk(Extension):
    def checks(self) -> Mapping[str, Check]:
        return {"disk": well}


def test_all_is_well() -> None:
    client = TestClient(Talarian(extensions=[Disk(), Health(checks={"mail": well})]))
    live, ready = client.get("/health/live"), client.get("/health/ready")
    assert (live.status_code, live.json()) == (200, {"status": "pass"})
    assert ready.status_code == 200
    assert ready.json()["status"] == "pass"
    assert {name: it["status"] for name, it in ready.json()["checks"].items()} == {
        "disk": "pass",
        "mail": "pass",
    }
    assert ready.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("check", [broken, hanging])
def test_one_fails(check: Check, caplog: pytest.LogCaptureFixture) -> None:
    app = Talarian(extensions=[Disk(), Health("/up", timeout=0.1, checks={"mail": check})])
    client = TestClient(app)
    with caplog.at_level(logging.ERROR):
        ready = client.get("/up/ready")
    assert ready.status_code == 503
    states = {name: it["status"] for name, it in ready.json()["checks"].items()}
    assert states == {"disk": "pass", "mail": "fail"}
    assert "secret-host" not in ready.text
    assert "Health check mail failed" in caplog.text
    assert client.get("/up/live").status_code == 200


def test_they_are_documented_on_request() -> None:
    hidden, shown = (
        Talarian(extensions=[Health()]),
        Talarian(extensions=[Health(include_in_schema=True)]),
    )
    assert hidden.openapi()["paths"] == {}
    assert "503" in shown.openapi()["paths"]["/health/ready"]["get"]["responses"]
