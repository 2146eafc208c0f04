"""Exporters from the environment."""

import asyncio
from typing import Any

import pytest

from talarian.engine.ground.errors import TalarianError
from talarian.telemetry import runtime
from talarian.telemetry.config import Settings


@pytest.mark.parametrize(
    ("environment", "endpoint"),
    [
        ({}, None),
        ({"ENDPOINT": "http://c:1/base/"}, "http://c:1/base/v1/traces"),
        ({"ENDPOINT": "wrong", "TRACES_ENDPOINT": "http://c:1/mine/"}, "http://c:1/mine/"),
        ({"ENDPOINT": "http://c:1", "TRACES_ENDPOINT": ""}, "http://c:1/v1/traces"),
    ],
)
def test_endpoints(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], endpoint: str | None
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(f"OTEL_EXPORTER_OTLP_{name}", value)
    assert runtime._export_endpoint("TRACES") == endpoint


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "collector:4318", "absolute HTTP or HTTPS URL"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc", "http/protobuf, not grpc"),
        ("OTEL_TRACES_EXPORTER", "console", "otlp or none"),
    ],
)
def test_what_is_not_supported_is_said(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, message: str
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:1")
    monkeypatch.setenv(name, value)
    with pytest.raises(TalarianError, match=message):
        runtime._export_endpoint("TRACES")


def test_a_wrong_variable_does_not_keep_an_application_from_starting(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "not-a-url")
    assert served(Settings(auto_configure=True)) == ["lifespan.shutdown.complete"]
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "absolute HTTP" in caplog.text


def test_what_is_ours_is_flushed_with_every_lifespan_and_shut_down_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    calls: list[str] = []

    class Component:
        def force_flush(self) -> None:
            calls.append("flush")

        def shutdown(self) -> None:
            calls.append("shutdown")
            raise OSError("the collector is gone")

    monkeypatch.setattr(runtime, "_owned", [Component()])
    served(Settings())
    runtime._shutdown()
    runtime._shutdown()
    assert calls == ["flush", "shutdown"]
    assert caplog.text.count("FastAPI telemetry cleanup failed") == 1


def served(settings: Settings) -> list[str]:
    """Run a lifespan and return what the application said."""
    said: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "lifespan.shutdown.complete"})

    async def receive() -> Any: ...

    async def send(message: Any) -> None:
        said.append(message["type"])

    asyncio.run(runtime.lifespan(config=settings, app=app, scope={}, receive=receive, send=send))
    return said
