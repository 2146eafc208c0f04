"""``talarian prove``: ask an application the same on FastAPI and on Talarian."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from talarian import prove as proving
from talarian.cli.failure import Failure
from talarian.cli.locate import Location, locate
from talarian.cli.serving import App, Entrypoint, Name
from talarian.hook.distribution import CONTRACT_VERSION
from talarian.prove import har, suite

WRITES = (
    "This sends thousands of requests to the application, three times over: POST, PUT and DELETE "
    "among them. What it stores is written to its database, what it mails is mailed."
)


def prove(
    app: App = None,
    entrypoint: Entrypoint = None,
    name: Name = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Go on although it writes.")] = False,
    env_file: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="Variables for a throwaway database. ${RUN} in a value gives each run its own.",
        ),
    ] = None,
    before: Annotated[
        str | None,
        typer.Option(
            metavar="COMMAND", help="A shell command before each start, to empty the database."
        ),
    ] = None,
    recorded: Annotated[
        Path | None,
        typer.Option("--har", exists=True, dir_okay=False, help="Recorded requests to replay."),
    ] = None,
    tests: Annotated[
        Path | None,
        typer.Option("--pytest", exists=True, help="Your own tests, run on both as well."),
    ] = None,
    requests: Annotated[int, typer.Option(min=0, help="About how many to generate.")] = 2000,
    seconds: Annotated[float, typer.Option(min=1, help="For all requests together.")] = 120,
    seed: Annotated[int, typer.Option(help="Another number generates other requests.")] = 0,
    fastapi_python: Annotated[
        Path | None,
        typer.Option(help="The Python of an environment that has FastAPI and your application."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Prove that an application answers the same on Talarian as on FastAPI.

    Runs it on both, in processes of their own, and compares the answers to generated requests:
    status, headers, cookies, bodies, the OpenAPI document, WebSocket conversations. Ends with 1 if
    there is a difference.
    """
    location = locate(app, entrypoint, name)
    _ask_permission(yes, env_file)
    _check_installed()
    variables = _variables(env_file)
    there, here = (
        replace(target, variables=variables)
        for target in _targets(location, fastapi_python or Path(sys.executable))
    )
    before_each = _runner(before)
    try:
        with progress_of(shown=sys.stderr.isatty()) as progress:
            report = proving.compare(
                there,
                here,
                proving.Budget(requests, seconds, seed),
                recorded=har.read(recorded) if recorded else (),
                before_each=before_each,
                progress=progress,
            )
        if tests is not None:
            found = suite.compare(there, here, tests.resolve(), before_each)
            note = f"{found.tests} tests of {tests} ran on both."
            report = replace(
                report,
                differences=[*report.differences, *found.differences],
                notes=[*report.notes, note],
            )
    except proving.Broken as broken:
        raise Failure(why_broken(broken)) from None
    except (har.NotAnArchive, suite.CannotRun) as problem:
        raise Failure(str(problem)) from None
    print(json.dumps(report.data(), indent=2) if as_json else report.text())
    raise typer.Exit(1 if report.failures else 0)


def _ask_permission(yes: bool, env_file: Path | None) -> None:
    if yes or env_file is not None:
        print(WRITES, file=sys.stderr)
        return
    raise Failure(
        f"{WRITES}\n\nGive the variables of a throwaway database with --env-file (DATABASE_URL="
        "sqlite:///./${RUN}.db gives each run a file of its own), or say --yes if nothing here is "
        "worth keeping."
    )


def _check_installed() -> None:
    for module in ("hypothesis", "dotenv"):
        if find_spec(module) is None:
            raise Failure(
                f"`talarian prove` needs {module}, which is not installed here. "
                'Install it with: pip install "talarian[prove]"'
            )


def _variables(env_file: Path | None) -> dict[str, str]:
    if env_file is None:
        return {}
    from dotenv import dotenv_values

    found = dotenv_values(env_file, interpolate=False)
    return {name: value for name, value in found.items() if value is not None}


def _targets(location: Location, python: Path) -> tuple[proving.Target, proving.Target]:
    place = (location.root, location.module, location.name)
    return proving.on_fastapi(str(python), *place), proving.on_talarian(sys.executable, *place)


def _runner(command: str | None) -> Callable[[dict[str, str]], None] | None:
    if command is None:
        return None

    def run(variables: Mapping[str, str]) -> None:
        env = {**os.environ, **variables}
        done = subprocess.run(command, shell=True, env=env, capture_output=True, text=True)
        if done.returncode:
            raise Failure(
                f"The command before each run ended with {done.returncode}: {command}\n\n"
                f"{(done.stdout + done.stderr)[-2000:].rstrip()}"
            )

    return run


def progress_of(*, shown: bool) -> AbstractContextManager[Callable[[str, int, int], None] | None]:
    if not shown:
        return nullcontext()
    from talarian.cli.progress import bar

    return bar()


def why_broken(broken: proving.Broken) -> str:
    if broken.stage == "fastapi":
        return (
            f"FastAPI can't be imported, and there must be one to compare with. Install it beside "
            f"your application, pip install fastapi=={CONTRACT_VERSION}, or name the Python of an "
            f"environment that has both: --fastapi-python PATH.\n\n{broken.error}"
        )
    return (
        f"The application does not run on {broken.title} here, so there is nothing to compare "
        f"({broken.stage}):\n\n{broken.error}"
    )
