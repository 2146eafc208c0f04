"""The address, and the lines that are printed about it."""

from __future__ import annotations

import errno
import socket
from types import SimpleNamespace

import pytest

from talarian.cli.banner import docs_path, print_banner
from talarian.cli.failure import Failure
from talarian.cli.load import LoadedApp
from talarian.cli.server import bind


def test_a_port_that_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Failure, match=f"Port {port} .* already in use.*--port {port + 1}"):
            bind("127.0.0.1", port)


def test_a_port_that_just_became_free() -> None:
    with bind("127.0.0.1", 0) as first:
        first.listen()
        port = first.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            first.accept()[0].close()
    with bind("127.0.0.1", port) as second:
        assert second.getsockname()[1] == port


def test_an_address_of_another_machine() -> None:
    with pytest.raises(Failure, match=r"Can't listen on 192\.0\.2\.1, port 8000"):
        bind("192.0.2.1", 8000)


def test_a_port_for_administrators(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", refuse)
    with pytest.raises(Failure, match="Port 80 needs more rights"):
        bind("127.0.0.1", 80)


@pytest.mark.parametrize(
    ("settings", "path"),
    [
        ({"openapi_url": "/openapi.json", "docs_url": "/help"}, "/help"),
        ({"openapi_url": "/openapi.json", "docs_url": None, "redoc_url": "/redoc"}, "/redoc"),
        ({"openapi_url": "/openapi.json", "docs_url": None, "redoc_url": None}, None),
        ({"openapi_url": None, "docs_url": "/docs"}, None),
        ({}, None),
    ],
)
def test_where_the_documentation_is(settings: dict[str, str | None], path: str | None) -> None:
    assert docs_path(SimpleNamespace(**settings)) == path


def test_the_banner_is_plain_text_when_piped(capsys: pytest.CaptureFixture[str]) -> None:
    app = SimpleNamespace(openapi_url="/openapi.json", docs_url="/" + "d" * 200)
    print_banner("production", LoadedApp(app, "shop:app"), "http://127.0.0.1:8000")
    lines = [line.split() for line in capsys.readouterr().out.splitlines() if line]
    assert lines[0][0] == "Talarian" and lines[0][-1] == "production"
    assert lines[1:] == [
        ["app", "shop:app"],
        ["server", "http://127.0.0.1:8000"],
        ["docs", "http://127.0.0.1:8000/" + "d" * 200],
    ]
