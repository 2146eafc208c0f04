"""What ``run`` and ``dev`` print before the server's own log."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.text import Text

from talarian import __version__
from talarian.cli.load import LoadedApp


def print_banner(mode: str, loaded: LoadedApp, url: str) -> None:
    """Print the app, the server's URL and the documentation's. Plain text when not a terminal."""
    lines = [("app", loaded.import_string), ("server", url)]
    docs = docs_path(loaded.app)
    if docs is not None:
        lines.append(("docs", url + docs))
    # soft_wrap: a URL that is broken over two lines can't be clicked or read by a program.
    console = Console(highlight=False, soft_wrap=True)
    console.print()
    console.print(Text(f"  Talarian {__version__}", style="bold"), Text(mode, style="dim"))
    for label, value in lines:
        console.print(Text(f"  {label:<7}", style="dim"), Text(value))
    console.print()
    console.file.flush()


def docs_path(app: Any) -> str | None:
    """Return where the app serves its documentation page, None where it has none."""
    if getattr(app, "openapi_url", None) is None:
        return None
    path = getattr(app, "docs_url", None) or getattr(app, "redoc_url", None)
    return path if isinstance(path, str) else None
