"""One server process, pinned to one core, that can be stopped in its tracks and woken again."""

import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from benchmarks.load import proc

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
"""Seconds until a server that does not listen counts as broken."""
CALM = 0.1
"""Seconds without a tick of CPU time after which the work of the last load counts as done."""


class Broken(Exception):
    """A server that does not start or has ended. The message has the end of its log."""


class Server:
    """``command`` as a process on core ``core``. It must listen on ``port``."""

    def __init__(self, command: Sequence[str], core: int, port: int) -> None:
        self.port = port
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        self._process = subprocess.Popen(
            ["taskset", "--cpu-list", str(core), *command],
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.pid = self._process.pid
        """Of the first process; the whole group has it as its number."""

    def wait_until_ready(self) -> None:
        """Return when the port answers. Raises `Broken`."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if self._process.poll() is not None:
                raise Broken(f"it ended with {self._process.returncode}: {self.log()}")
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            time.sleep(0.05)
        raise Broken(f"nothing listens after {PATIENCE:g} seconds: {self.log()}")

    @contextmanager
    def awake(self) -> Generator[None]:
        """Let it run for the length of a block. What stands still takes no time from others."""
        os.killpg(self.pid, signal.SIGCONT)
        try:
            yield
            self._settle()
        finally:
            self.sleep()

    def sleep(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGSTOP)

    def cpu_seconds(self) -> float:
        return proc.cpu_seconds(self.pid)

    def resident_bytes(self) -> int:
        return proc.resident_bytes(self.pid)

    def stop(self) -> None:
        """End it. It has nothing to lose, and not every server ends when it is asked."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()
        self._log.close()

    def log(self) -> str:
        """Return the end of what it wrote."""
        self._log.seek(0, os.SEEK_END)
        self._log.seek(max(0, self._log.tell() - 800))
        return self._log.read().decode(errors="replace").strip()

    def _settle(self) -> None:
        """Wait until requests that nobody waits for any more are done."""
        end = time.monotonic() + PATIENCE
        used = self.cpu_seconds()
        while time.monotonic() < end:
            time.sleep(CALM)
            before, used = used, self.cpu_seconds()
            if used == before:
                return


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment() -> dict[str, str]:
    """This one, without what changes how a Python contender finds its modules."""
    ours = ("PYTHONPATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV", "TALARIAN_HOOK")
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    # One core is what each has. Go and Node read it from the affinity as well.
    return {**kept, "GOMAXPROCS": "1", "NODE_ENV": "production"}
