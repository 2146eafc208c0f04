"""``python -m fastapi`` with the hook, and ``python -m talarian.fastapi`` without it."""

from talarian import hook

# fastapi-cli imports fastapi, and so does the application that it serves in other processes.
hook.install(subprocesses=True)

from talarian.fastapi.cli import main  # noqa: E402

main()

__all__ = [
    "hook",
    "main",
]
