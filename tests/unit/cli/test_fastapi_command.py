"""``fastapi.cli``, the ``fastapi`` command of the face."""

from __future__ import annotations

import pytest

from talarian.fastapi import cli


def test_it_is_fastapi_clis_command(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[str] = []
    monkeypatch.setattr(cli, "cli_main", lambda: called.append("fastapi-cli"))
    cli.main()
    assert called == ["fastapi-cli"]


def test_without_fastapi_cli_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "cli_main", None)
    with pytest.raises(RuntimeError, match="To use the fastapi command, please install") as caught:
        cli.main()
    assert "talarian run" in str(caught.value)
