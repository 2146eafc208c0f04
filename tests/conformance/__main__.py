"""``python -m tests.conformance [PYTEST OPTIONS]``, run in the environment of ``make conformance``.

A whole run also compares the documented examples on both engines. With options (``-k sse -x``) it
is a partial run: nothing is compared and no page is written.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.conformance import CannotRun, contract as contracts, report, results, source

ROOT = Path(__file__).parents[2]
CACHE = ROOT / ".cache" / "conformance"
PAGE = ROOT / "docs" / "conformance.md"
SECONDS_FOR_EXAMPLES = 240.0


def main(options: Sequence[str]) -> int:
    contract = contracts.load()
    try:
        found = _run(contract, options)
    except Exception as problem:  # Whatever it is, the totals must be the last line.
        print(f"\n{type(problem).__name__}: {problem}\n\nNothing was run.\n")
        found = results.Results(())
    if found.cases:
        print(report.terminal(found, contract))
    complete = bool(found.cases) and not options
    remarks = report.verdict(found, contract) if complete else []
    print(*remarks, sep="\n", end="\n" if remarks else "")
    if complete:
        section = _examples(contract)
        if not os.environ.get("CI"):
            page = [report.markdown(found, contract), *section]
            PAGE.write_text("\n".join(page), encoding="utf-8")
            print(f"All of it is in {PAGE.relative_to(ROOT)}.")
    print(found.totals)
    return _status(found, contract, complete)


def _run(contract: contracts.Contract, options: Sequence[str]) -> results.Results:
    suite = source.prepare(contract, CACHE)
    # Imported late: a broken hook is a result to report, not a traceback.
    from tests.conformance import running

    env = running.environment()
    running.check(suite, env)
    junit = CACHE / "junit.xml"
    brief = options or ["--tb=no", "--no-summary", "--no-header"]
    running.run(suite, env, brief, junit)
    return results.read(junit)


def _examples(contract: contracts.Contract) -> list[str]:
    """Compare the documented examples, and return their section of the page."""
    from tests.conformance import examples

    print("Asking FastAPI's documented examples on both engines", flush=True)
    try:
        fastapi = examples.reference(contract.release, CACHE)
        # Fresh again: the suite has left its databases in the other one.
        suite = source.prepare(contract, CACHE)
        found = examples.run(suite, fastapi, CACHE, SECONDS_FOR_EXAMPLES)
    except CannotRun as problem:
        print(f"The examples were not compared: {problem}")
        return []
    for module, difference in found.different:
        print(f"  {module}: {difference.summary()}")
    print(f"{found.totals}.")
    return examples.lines(found)


def _status(found: results.Results, contract: contracts.Contract, complete: bool) -> int:
    """A whole run is measured by the floor, a partial one by its own failures."""
    if not found.cases:
        return 1
    return int(found.count("passed") < contract.floor if complete else found.count("failed") > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
