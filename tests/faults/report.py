"""The result of a run, for people."""

from collections import Counter
from collections.abc import Iterator

from tests.faults.history import Outcome, answers
from tests.faults.run import Result

_MOST = 20
"""Violations that are shown in full."""


def told(result: Result) -> str:
    """The whole report."""
    return "\n".join(_lines(result))


def _lines(result: Result) -> Iterator[str]:
    yield f"\n{result.database}: what was injected"
    for what, count in sorted(_injected(result).items()):
        yield f"  {count:7,}  {what}"
    yield f"\n{result.database}: what was answered"
    for name, counts in answers(result.records.values()).items():
        shown = ", ".join(f"{count:,} x {what}" for what, count in sorted(counts.items()))
        yield f"  /{name:16} {shown}"
    yield f"\n{result.database}: {len(result.records):,} requests"
    outcomes = Counter(record.outcome for record in result.records.values())
    for outcome in Outcome:
        yield f"  {outcomes[outcome]:7,}  {outcome.value}"
    for what, count in sorted(result.in_doubt.items()):
        yield f"           {count:,} {what}"
    for phase, sizes in result.memory.items():
        shown = " ".join(f"{size:.0f}" for size in sizes[:: max(1, len(sizes) // 10)])
        yield f"  memory, {phase}: {shown} MiB"
    yield from _verdict(result)


def _injected(result: Result) -> Counter[str]:
    manners = Counter(f"requests: client {each.manner}" for each in result.records.values())
    del manners["requests: client plain"]
    return result.injected + manners


def _verdict(result: Result) -> Iterator[str]:
    if not result.violations:
        yield f"\n{result.database}: every 2xx is there once, and nothing else is.\n"
        return
    yield f"\n{result.database}: {len(result.violations)} BROKEN PROMISES"
    for violation in result.violations[:_MOST]:
        yield f"  {violation.what}"
        if violation.record is not None:
            yield f"      {violation.record.told(result.begin)}"
    if len(result.violations) > _MOST:
        yield f"  and {len(result.violations) - _MOST} more"
