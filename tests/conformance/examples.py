"""FastAPI's documented examples, each run on FastAPI and on Talarian: `talarian prove` for all.

The two sides are the same Python with the same libraries. What differs is a folder on the search
path with FastAPI in it and nothing else, so that no environment needs a second set of everything.
"""

import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from queue import Empty, SimpleQueue

from talarian import prove
from tests.conformance import CannotRun

LANES = 2
REQUESTS = 90
"""For each example: enough for every case of a small one."""
SECONDS_EACH = 30.0
# Some read their settings from the environment; some would take a real key otherwise.
VARIABLES = {"ADMIN_EMAIL": "admin@example.com", "APP_NAME": "Prove"}


@dataclass(frozen=True)
class Example:
    """One example: its report, or why there is none."""

    module: str
    report: prove.Report | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Examples:
    every: Sequence[Example]
    left: int
    """How many the time did not allow."""

    @property
    def compared(self) -> list[tuple[str, prove.Report]]:
        return [(each.module, each.report) for each in self.every if each.report is not None]

    @property
    def different(self) -> list[tuple[str, prove.Report]]:
        return [(module, report) for module, report in self.compared if report.failures]

    @property
    def totals(self) -> str:
        requests = sum(report.requests for _, report in self.compared)
        left = f", {self.left} left for lack of time" if self.left else ""
        return (
            f"{len(self.compared)} examples asked {requests} requests: "
            f"{len(self.different)} differ{left}"
        )


def applications(suite: Path) -> list[str]:
    """The modules of the examples that make an application."""
    return sorted(
        ".".join(path.relative_to(suite).with_suffix("").parts)
        for path in (suite / "docs_src").rglob("*.py")
        if re.search(r"\bFastAPI\(", path.read_text(encoding="utf-8"))
    )


def reference(release: str, cache: Path) -> Path:
    """Return a folder with FastAPI and nothing else, downloading it on first use."""
    folder = cache / f"package-{release}"
    if not (folder / "fastapi").exists():
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
        command += ["--disable-pip-version-check", "--target", str(folder), f"fastapi=={release}"]
        if subprocess.run(command, check=False).returncode:
            raise CannotRun(f"pip could not install fastapi {release} (see above).")
    return folder


def run(suite: Path, fastapi: Path, cache: Path, seconds: float) -> Examples:
    """Compare every example within ``seconds``, in two lanes with a folder each to write in."""
    waiting: SimpleQueue[str] = SimpleQueue()
    for module in applications(suite):
        waiting.put(module)
    until = time.monotonic() + seconds
    found: list[Example] = []
    lanes = [
        threading.Thread(target=_lane, args=(number, suite, fastapi, cache, waiting, until, found))
        for number in range(LANES)
    ]
    for lane in lanes:
        lane.start()
    for lane in lanes:
        lane.join()
    return Examples(sorted(found, key=lambda each: each.module), waiting.qsize())


def _lane(
    number: int,
    suite: Path,
    fastapi: Path,
    cache: Path,
    waiting: "SimpleQueue[str]",
    until: float,
    found: list[Example],
) -> None:
    folder = cache / f"examples-{number}"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(suite, folder)
    _supply_files(folder)
    kept = frozenset(folder.iterdir())
    pair = _targets(folder, fastapi)
    engines = prove.Engines(*pair)

    def clean(_: object) -> None:
        for path in frozenset(folder.iterdir()) - kept:
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    try:
        for module in _taken(waiting, until):
            there, here = (replace(target, module=module) for target in pair)
            budget = prove.Budget(REQUESTS, SECONDS_EACH)
            try:
                report = prove.compare(there, here, budget, before_each=clean, engines=engines)
                found.append(Example(module, report))
            except prove.Broken as broken:
                found.append(Example(module, reason=f"{broken.stage}: {broken.error[-3000:]}"))
            if sys.stderr.isatty():
                print(f"\r{waiting.qsize()} examples to go ", end="", file=sys.stderr)
    finally:
        engines.stop()


def _supply_files(folder: Path) -> None:
    """What some examples serve, in the folder they are started in."""
    for name in ("static", "templates"):
        shutil.copytree(folder / "docs_src" / "templates" / name, folder / name)
    (folder / "dist").mkdir()
    for page in ("index.html", "404.html"):
        (folder / "dist" / page).write_text(f"<h1>{page}</h1>\n", encoding="utf-8")


def _taken(waiting: "SimpleQueue[str]", until: float) -> Iterator[str]:
    while time.monotonic() < until:
        try:
            yield waiting.get_nowait()
        except Empty:
            return


def _targets(folder: Path, fastapi: Path) -> tuple[prove.Target, prove.Target]:
    there = prove.on_fastapi(sys.executable, folder, "")
    here = prove.on_talarian(sys.executable, folder, "")
    own = str(folder / "docs_src")
    return (
        _on_path(replace(there, cwd=folder, variables=VARIABLES), own, str(fastapi)),
        _on_path(replace(here, cwd=folder, variables=VARIABLES), own),
    )


def _on_path(target: prove.Target, *folders: str) -> prove.Target:
    path = filter(None, [target.env.get("PYTHONPATH"), *folders])
    return replace(target, env={**target.env, "PYTHONPATH": os.pathsep.join(path)})


def lines(examples: Examples) -> list[str]:
    """The section of ``docs/conformance.md``: no durations, so that the same result is the same."""
    found = [
        "## The documented examples",
        "",
        "Every runnable example of FastAPI's documentation, on FastAPI and on Talarian with",
        "`talarian prove`: the same generated requests and WebSocket conversations, compared in",
        "status, headers, cookies, body bytes and OpenAPI document.",
        "",
        f"**{examples.totals}.**",
        "",
    ]
    for module, report in examples.different:
        found += [f"### `{module}`", "", "```text"]
        for difference in report.failures:
            found += list(difference.lines())
        found += ["```", ""]
    if missing := [each for each in examples.every if each.reason is not None]:
        found += ["Not compared, because they don't run on FastAPI here:", ""]
        found += [f"- `{each.module}`: {(each.reason or '').splitlines()[-1]}" for each in missing]
        found.append("")
    return found
