"""``python -m tests.faults --seconds 60 --seed 7 --database sqlite``: what ``make faults`` runs."""

import argparse
import asyncio
import random
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.faults import report
from tests.faults.databases import DATABASES
from tests.faults.processes import CannotRun
from tests.faults.run import Load, Result, Run

USUAL = ("sqlite", "postgresql", "mariadb")
LOGS = Path(__file__).parents[2] / ".cache" / "faults"


def run(name: str, load: Load, logs: Path, say: Callable[[str], None]) -> Result:
    """Run on one database.

    Args:
        name: Which, of `DATABASES`.
        load: How much, and for how long.
        logs: The folder that the server's log is written to.
        say: Called with a line of progress.

    Raises:
        CannotRun: When something that the test needs is not there.
    """
    log = logs / f"{name}.log"
    log.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(prefix="talarian-faults-") as folder:
        Path(folder).chmod(0o755)  # PostgreSQL's user must get through
        with DATABASES[name](Path(folder) / name) as database:
            return asyncio.run(Run(database, name, load, log, say).run())


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="for each database")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument(
        "--database", choices=DATABASES, action="append", help=f"without it: {', '.join(USUAL)}"
    )
    parser.add_argument("--writers", type=int, default=200, help="requests at once")
    options = parser.parse_args()
    load = Load(options.seconds, options.seed, options.writers)
    LOGS.mkdir(parents=True, exist_ok=True)
    broken = 0
    for name in options.database or USUAL:
        _say(f"{name}: {load.seconds:.0f} s with seed {load.seed}, log in {LOGS}")
        try:
            result = run(name, load, LOGS, _say)
        except CannotRun as error:
            print(f"{name}: {error}", file=sys.stderr)
            return 2
        print(report.told(result), flush=True)
        broken += len(result.violations)
    print(f"seed {load.seed}: {broken} broken promises")
    return 1 if broken else 0


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
