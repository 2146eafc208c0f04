"""The user's own tests on both engines: ``pytest`` twice, outcome by outcome."""

from __future__ import annotations

import os
import subprocess
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from talarian.prove.engines import Target
from talarian.prove.report import Difference

NOT_RUN = "not run"


class CannotRun(Exception):
    """The suite gave no result on FastAPI. The message is what pytest said."""


@dataclass(frozen=True)
class Suite:
    tests: int
    differences: list[Difference]


def compare(
    fastapi: Target,
    talarian: Target,
    path: Path,
    before_each: Callable[[dict[str, str]], None] | None = None,
) -> Suite:
    """Run the tests in ``path`` on both, and report each whose outcome differs.

    A test that FastAPI itself does not repeat is left out: it runs there again if any differs.
    """
    number = 0

    def run(target: Target) -> dict[str, str]:
        nonlocal number
        number += 1
        variables = target.run(number)
        if before_each is not None:
            before_each(variables)
        return _run(target, path, variables)

    there, here = run(fastapi), run(talarian)
    names = [name for name in {**there, **here} if _kind(there, name) != _kind(here, name)]
    if names:
        again = run(fastapi)
        names = [name for name in names if _kind(there, name) == _kind(again, name)]
    return Suite(
        len(there),
        [
            Difference(
                f"pytest {name}", "outcome", there.get(name, NOT_RUN), here.get(name, NOT_RUN), None
            )
            for name in names
        ],
    )


def _kind(outcomes: Mapping[str, str], name: str) -> str:
    return outcomes.get(name, NOT_RUN).partition(":")[0]


def _run(target: Target, path: Path, variables: Mapping[str, str]) -> dict[str, str]:
    """Each test's outcome: ``passed``, ``skipped``, or ``failed: `` and the first line."""
    env = {**target.env, **variables}
    env["PYTHONPATH"] = os.pathsep.join(filter(None, [env.get("PYTHONPATH"), str(target.root)]))
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder, "results.xml")
        # In order, whatever the project's own configuration says: both runs must be the same.
        command = [target.python, "-m", "pytest", str(path), "-q", "--tb=no", "-p", "no:randomly"]
        command += [f"--junitxml={results}", "-o", "junit_family=xunit1"]
        done = subprocess.run(command, cwd=target.cwd, env=env, capture_output=True, text=True)
        if not results.exists():
            raise CannotRun(
                f"pytest gave no result on {target.title}:\n\n{(done.stdout + done.stderr)[-2000:]}"
            )
        return {
            f"{case.get('classname')}::{case.get('name')}": _outcome(case)
            for case in ET.parse(results).iter("testcase")
        }


def _outcome(case: ET.Element) -> str:
    for kind in ("error", "failure"):
        if (problem := case.find(kind)) is not None:
            return f"failed: {(problem.get('message') or '').partition(chr(10))[0]}"
    return "passed" if case.find("skipped") is None else "skipped"
