"""The ``talarian`` command."""

from __future__ import annotations

import sys

from talarian.cli.failure import Failure

# Only what the command itself is written with. Anything else that is missing is a real error.
_WRITTEN_WITH = {"typer", "rich", "click", "uvicorn"}


def main() -> None:
    """Run the command line in ``sys.argv``. Exits with 1 and one paragraph when it can't do it."""
    try:
        from talarian.cli.application import application

        application()
    except Failure as failure:
        failure.show()
        sys.exit(1)
    except ModuleNotFoundError as missing:
        package = (missing.name or "").partition(".")[0]
        if package not in _WRITTEN_WITH:
            raise
        Failure(
            f"The talarian command needs {package}, which is not installed here. "
            'Install it with: pip install "talarian[standard]"'
        ).show()
        sys.exit(1)
