"""Where the application runs: on a developer's machine, in a test, or for real."""

import os
from collections.abc import Mapping
from enum import StrEnum

from .engine.ground.errors import TalarianError

VARIABLES = ("TALARIAN_ENV", "FASTAPI_ENV")
"""What names the environment; the first that is set decides."""


class Environment(StrEnum):
    """The three profiles. Whatever else a deployment is called (staging, demo), it is production:
    what differs there are the values of its settings."""

    DEVELOPMENT = "development"
    TEST = "test"
    PRODUCTION = "production"


_SHORT = {
    "dev": Environment.DEVELOPMENT,
    "testing": Environment.TEST,
    "prod": Environment.PRODUCTION,
}


def current_environment(variables: Mapping[str, str] | None = None) -> Environment:
    """Return the environment that this process is in. The first of these that applies decides:

    1. the variable `TALARIAN_ENV`: development, test or production
    2. the variable `FASTAPI_ENV`, which `talarian dev` sets
    3. under pytest: test
    4. production: whoever has said nothing gets the safe defaults

    Args:
        variables: Instead of the process's own.

    Raises:
        TalarianError: When a variable has another value.
    """
    given = os.environ if variables is None else variables
    for variable in VARIABLES:
        if value := given.get(variable, "").strip().lower():
            return _named(variable, value)
    return Environment.TEST if "PYTEST_VERSION" in given else Environment.PRODUCTION


def _named(variable: str, value: str) -> Environment:
    try:
        return _SHORT.get(value) or Environment(value)
    except ValueError:
        raise TalarianError(
            f"{variable} is {value!r}. It must be development, test or production; "
            "a staging system is production with other settings."
        ) from None
