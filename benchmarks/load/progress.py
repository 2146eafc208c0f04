"""Progress on the error stream."""

import sys


def say(text: str, *, keep: bool = False) -> None:
    """Show what is being done. A terminal shows the last only, unless it is to be kept."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="\n" if keep else "", file=sys.stderr, flush=True)
    else:
        print(text, file=sys.stderr, flush=True)
