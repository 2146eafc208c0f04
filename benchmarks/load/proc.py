"""What Linux says about a group of processes: the CPU time it has used, the memory it holds.

See proc(5). A server is started as the leader of a group of its own, so that the processes it
starts are counted with it.
"""

import os
from collections.abc import Iterator
from pathlib import Path

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


def members(group: int) -> Iterator[Path]:
    """Yield the folder in ``/proc`` of each process in the group."""
    for folder in PROC.iterdir():
        if folder.name.isdigit() and (fields := _stat(folder)) and int(fields[2]) == group:
            yield folder


def cpu_seconds(group: int) -> float:
    """Return user and system time of the group so far, threads and children that ended included.

    Counted in ticks, of which there are usually 100 in a second.
    """
    used = 0
    for folder in members(group):
        if fields := _stat(folder):
            used += sum(map(int, fields[11:15]))
    return used / TICKS


def resident_bytes(group: int) -> int:
    """Return the memory of the group that is in RAM. Pages that two processes share count twice."""
    pages = 0
    for folder in members(group):
        try:
            pages += int((folder / "statm").read_text().split()[1])
        except OSError:  # It ended in between.
            continue
    return pages * PAGE


def _stat(folder: Path) -> list[str] | None:
    """The fields of ``stat`` from the third, the state: the second can hold spaces and brackets."""
    try:
        return (folder / "stat").read_text().rpartition(")")[2].split()
    except OSError:  # It ended in between.
        return None
