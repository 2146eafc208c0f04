"""What a command says when it can't do what it was asked."""

from __future__ import annotations

import sys


class Failure(Exception):
    """A mistake that the person at the terminal can mend: what happened, and what to do next."""

    def show(self) -> None:
        print(f"\n{self}\n", file=sys.stderr, flush=True)
