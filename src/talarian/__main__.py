"""``python -m talarian``."""

from talarian.cli import main

main()
