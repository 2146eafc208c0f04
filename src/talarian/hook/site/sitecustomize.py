"""Runs at the start of every Python process that inherits Talarian's environment.

Installs the hook, then hands over to the ``sitecustomize`` that this file hides, if there is one.
"""

import os
import sys
from importlib.machinery import PathFinder


def _install_hook() -> None:
    if os.environ.get("TALARIAN_HOOK") != "1":
        return
    try:
        from talarian import hook
    except ModuleNotFoundError as missing:
        # Another Python, without Talarian: not ours to change.
        if missing.name != "talarian":
            raise
    else:
        hook.install()


def _run_hidden_sitecustomize() -> None:
    here = os.path.dirname(os.path.abspath(__file__))
    path = [entry for entry in sys.path if os.path.abspath(entry) != here]
    spec = PathFinder.find_spec("sitecustomize", path)
    if spec is None or spec.loader is None:
        return
    # importlib.util is only worth its import time when there is something to run.
    from importlib.util import module_from_spec

    module = module_from_spec(spec)
    sys.modules["sitecustomize"] = module
    spec.loader.exec_module(module)


# First ours: the other one may import fastapi (OpenTelemetry's auto-instrumentation does).
_install_hook()
_run_hidden_sitecustomize()
