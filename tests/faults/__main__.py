"""``python -m tests.faults --seconds 60 --seed 7 --database sqlite``: what ``make faults`` runs."""

import argparse
import asyncio
import random
import sys
import tempfile
from pathlib import Path

from tests.faults import report
from tests.faults.databases import DATABASES
from tests.faults.processes import CannotRun
from tests.faults.run import Result, Run


def run(name: str, *, seconds: float, seed: int, writers: int, quiet: bool = False) -> Result:
    """Run on one database.

    Raises:
        CannotRun: When something that the test needs is not there.
    """
    with tempfile.TemporaryDirectory(prefix="talarian-faults-") as temporary:
        folder = Path(temporary)
        folder.chmod(0o755)  # PostgreSQL's user must get through
        with DATABASES[name](folder / name) as database:
            return asyncio.run(
                Run(
                    database,
                    name,
                    folder,
                    seconds=seconds,
                    seed=seed,
                    writers=writers,
                    say=(lambda line: None) if quiet else _say,
                ).run()
            )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="for each database")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--database", choices=DATABASES, action="append", help="all without it")
    parser.add_argument("--writers", type=int, default=200, help="requests at once")
    options = parser.parse_args()
    broken = 0
    for name in options.database or DATABASES:
        _say(f"{name}: {options.seconds:.0f} s with seed {options.seed}")
        try:
            result = run(name, seconds=options.seconds, seed=options.seed, writers=options.writers)
        except CannotRun as error:
            print(f"{name}: {error}", file=sys.stderr)
            return 2
        print(report.told(result), flush=True)
        broken += len(result.violations)
    print(f"seed {options.seed}: {broken} broken promises")
    return 1 if broken else 0


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
