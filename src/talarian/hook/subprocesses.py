"""How a child process comes to have the hook.

Python imports ``sitecustomize`` when it starts. Two environment variables bring ours in:
``PYTHONPATH`` begins with the folder that holds it, and ``TALARIAN_HOOK=1`` tells it to act.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, MutableMapping

SWITCH = "TALARIAN_HOOK"
SITE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "site")


def environment(env: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return a copy of ``env`` (default: ``os.environ``) that gives a Python subprocess the hook.

    Python's ``-I`` and ``-E`` options make the subprocess ignore it.
    """
    hooked = dict(os.environ if env is None else env)
    hooked[SWITCH] = "1"
    hooked["PYTHONPATH"] = os.pathsep.join([SITE, *_other_entries(hooked)])
    return hooked


def forget(env: MutableMapping[str, str]) -> None:
    """Take out of ``env`` what `environment` put in."""
    env.pop(SWITCH, None)
    if "PYTHONPATH" in env:
        rest = os.pathsep.join(_other_entries(env))
        if rest:
            env["PYTHONPATH"] = rest
        else:
            del env["PYTHONPATH"]


def _other_entries(env: Mapping[str, str]) -> list[str]:
    path = env.get("PYTHONPATH")
    return [entry for entry in path.split(os.pathsep) if entry != SITE] if path else []
