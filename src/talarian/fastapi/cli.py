"""``fastapi.cli``: the ``fastapi`` command, which is the separate package fastapi-cli."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module


def _installed_command() -> Callable[[], None] | None:
    try:
        command: Callable[[], None] = import_module("fastapi_cli.cli").main
    except ImportError:
        return None
    return command


cli_main = _installed_command()


def main() -> None:
    """Run the ``fastapi`` command. Raises RuntimeError when fastapi-cli is not installed."""
    if cli_main is None:
        raise RuntimeError(
            "To use the fastapi command, please install fastapi-cli:\n\n"
            "\tpip install fastapi-cli\n\n"
            "Talarian has a command of its own, `talarian run`: "
            'pip install "talarian[standard]"\n'
        )
    cli_main()


__all__ = [
    "Callable",
    "_installed_command",
    "cli_main",
    "import_module",
    "main",
]
