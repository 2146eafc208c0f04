"""Commands that extensions add: `talarian NAME …` with the extension's name."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup
from typer.main import get_group

from talarian.cli.failure import Failure
from talarian.cli.load import load
from talarian.cli.locate import locate


class CommandsOfExtensions(TyperGroup):
    """Looks for a command that it does not have in the extensions of the application here.

    Which application that is, is found out as without an argument: from pyproject.toml, or from
    the usual file names.
    """

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return the command with this name; `None` if nobody has it."""
        return super().get_command(ctx, cmd_name) or _of_extension(cmd_name)


def _of_extension(name: str) -> Any:
    try:
        loaded = load(locate(None, None, None))
    except Failure as failure:
        raise Failure(
            f"talarian has no command {name!r}. Extensions may add some, but: {failure}"
        ) from None
    from talarian.extensions import installed

    for extension in installed(loaded.app):
        commands = extension.commands() if extension.name == name else None
        if commands is not None:
            return get_group(commands)
    return None
