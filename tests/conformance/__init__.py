"""FastAPI's own test suite, run against Talarian: ``make conformance``.

The suite is the contract. It is downloaded from the package index, never committed, and runs
unmodified with its own configuration; the import hook gives it Talarian where it says ``fastapi``.
"""


class CannotRun(Exception):
    """The suite cannot be had, or would not test Talarian. The message says what to do."""
