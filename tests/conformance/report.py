"""The result for people: on the terminal, and as ``docs/conformance.md``."""

import importlib.metadata
import platform
import re
from itertools import groupby
from pathlib import Path
from typing import Final

from tests.conformance.contract import Contract
from tests.conformance.results import Case, Results

_ROOT: Final = Path(__file__).parents[2]
_MESSAGE_WIDTH: Final = 160
_SHOWN: Final = 60


def terminal(results: Results, contract: Contract) -> str:
    """A table by group, then the first of what fails."""
    lines = ["", f"{'':38}{'passed':>8}{'failed':>8}{'skipped':>9}"]
    for title, count in results.by_group():
        lines.append(f"{title:38}{count['passed']:8}{count['failed']:8}{count['skipped']:9}")
    failed = results.failed
    if failed:
        lines += ["", "Failing:"]
        lines += [f"  {case.test}\n      {_short(case, contract)}" for case in failed[:_SHOWN]]
        if len(failed) > _SHOWN:
            lines.append(f"  and {len(failed) - _SHOWN} more")
    lines.append("")
    return "\n".join(lines)


def markdown(results: Results, contract: Contract) -> str:
    """The page in ``docs``. The same result gives the same page: no dates, no durations."""
    lines = [
        "# Conformance",
        "",
        f"FastAPI {contract.release}'s own test suite, unmodified, run against Talarian.",
        "`make conformance` runs it and writes this page.",
        "",
        f"**{results.totals}.** On FastAPI itself {contract.reference} pass.",
        f"Versions: {_versions()}.",
        "",
        "| Tests | Passed | Failed | Skipped |",
        "|---|---:|---:|---:|",
    ]
    for title, count in results.by_group():
        lines.append(f"| {title} | {count['passed']} | {count['failed']} | {count['skipped']} |")
    lines += ["", "## What fails", ""]
    for module, cases in groupby(results.failed, key=lambda case: case.module):
        lines += [f"### `{module}`", ""]
        lines += [f"- `{_name(case)}`: {_why(case, contract)}" for case in cases]
        lines.append("")
    if not results.failed:
        lines += ["Nothing.", ""]
    return "\n".join(lines)


def verdict(results: Results, contract: Contract) -> list[str]:
    """What is wrong with a whole run, and what in ``expected.toml`` is out of date."""
    remarks: list[str] = []
    passed = results.count("passed")
    if passed < contract.floor:
        remarks.append(
            f"{passed} passed, but tests/conformance/expected.toml asks {contract.floor}."
        )
    for test in contract.outdated({case.test for case in results.failed}):
        remarks.append(f"Not a failing test any more, take it out of expected.toml: {test}")
    return remarks


def _name(case: Case) -> str:
    return case.test.partition("::")[2] or "(the whole module)"


def _why(case: Case, contract: Contract) -> str:
    known = contract.reason(case.test)
    return known or f"not explained yet. `{_told(case.message).replace('`', chr(39))}`"


def _short(case: Case, contract: Contract) -> str:
    known = contract.reason(case.test)
    return f"known: {known}" if known else _told(case.message)


def _told(message: str) -> str:
    """The message without what differs between machines and runs, at a length that fits a line."""
    message = re.sub(r"0x[0-9a-f]{6,}", "0x…", message.replace(f"{_ROOT}/", ""))
    return message if len(message) <= _MESSAGE_WIDTH else message[: _MESSAGE_WIDTH - 1] + "…"


def _versions() -> str:
    libraries = (f"{name} {importlib.metadata.version(name)}" for name in ("starlette", "pydantic"))
    return ", ".join([f"Python {platform.python_version()}", *libraries])
