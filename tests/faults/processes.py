"""Processes that a fault test starts: the server under test, and a PostgreSQL of its own."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

PATIENCE = 30.0
"""Seconds after which something that takes one or two is taken to never happen."""


class CannotRun(Exception):
    """Something that the test needs is not there."""


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


class TalarianServer:
    """`talarian run` with the application of these tests.

    Args:
        log: The file that its log is added to.
        environment: Variables: the database, and how the application behaves.

    Attributes:
        port: Where it listens, each time it is started.
    """

    def __init__(self, log: Path, environment: Mapping[str, str]) -> None:
        self.port = free_port()
        self.log = log
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None
        self._output: IO[bytes] | None = None

    def start(self, *options: str, **environment: str) -> None:
        """Start it; return when it listens."""
        self._output = self.log.open("ab")
        command = [sys.executable, "-m", "talarian", "run", "tests.faults.app:app"]
        where = ["--host", "127.0.0.1", "--port", str(self.port)]
        self._process = subprocess.Popen(
            [*command, *where, "--no-access-log", "--log-level", "warning", *options],
            env={**os.environ, **self._environment, **environment},
            cwd=Path(__file__).parents[2],
            stdout=self._output,
            stderr=subprocess.STDOUT,
        )
        deadline = time.monotonic() + PATIENCE
        while not _listens(self.port):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise CannotRun(f"The server did not start:\n{self.tail()}")
            time.sleep(0.05)

    def stop(self) -> str | None:
        """Ask it to end, as a deployment does. Return what was wrong with how it ended."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        try:
            status = self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()
            return f"after SIGTERM the server was still there {PATIENCE:.0f} s later"
        self._close()
        # uvicorn ends by the signal that it was asked to end with.
        return None if status in (0, -signal.SIGTERM) else f"the server ended with status {status}"

    def kill(self) -> None:
        """End it without asking."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self._close()

    def _close(self) -> None:
        if self._output is not None:
            self._output.close()

    @property
    def memory(self) -> float:
        """Resident memory, in MiB; 0 where the system does not tell."""
        assert self._process is not None
        try:
            status = Path(f"/proc/{self._process.pid}/status").read_text()
        except OSError:
            return 0.0
        lines = [line for line in status.splitlines() if line.startswith("VmRSS")]
        return int(lines[0].split()[1]) / 1024 if lines else 0.0

    def tail(self, lines: int = 40) -> str:
        """The end of its log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


class PrivatePostgres:
    """A PostgreSQL cluster of this test's own, which may be killed.

    Args:
        folder: Where its files lie.

    Raises:
        CannotRun: When PostgreSQL is not installed on this machine.
    """

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._data = folder / "postgres"
        self._log = folder / "postgres.log"
        self._programs = _postgres_programs()
        # PostgreSQL refuses to run as root.
        self._as: dict[str, Any] = {}
        if os.geteuid() == 0:
            self._as = {"user": "postgres", "group": "postgres", "extra_groups": []}
            shutil.chown(folder, "postgres")

    def create(self) -> None:
        self._run("initdb", "-D", self._data, "-U", "postgres", "-A", "trust", "-N")
        with (self._data / "postgresql.conf").open("a") as settings:
            settings.write(
                f"port = {self.port}\nlisten_addresses = '127.0.0.1'\n"
                "unix_socket_directories = ''\nmax_connections = 80\n"
                # The machine does not fail here, only the server.
                "fsync = off\nfull_page_writes = off\ndeadlock_timeout = 100ms\n"
            )
        self.start()

    def start(self) -> None:
        """Start it, and wait until it has recovered."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                self._control("start", "-l", self._log)
                return
            except subprocess.CalledProcessError as error:
                # Processes of a killed server are still ending.
                if time.monotonic() > deadline:
                    raise CannotRun(f"PostgreSQL does not start: {error.stdout}") from error
                time.sleep(0.2)

    def stop(self, mode: str = "immediate") -> None:
        self._control("stop", "-m", mode)

    def kill(self) -> None:
        """End its main process as the system does when memory is short."""
        pid = int((self._data / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, signal.SIGKILL)

    def _control(self, *arguments: str | Path) -> None:
        self._run("pg_ctl", "-D", self._data, "-w", "-t", "30", *arguments)

    def _run(self, program: str, *arguments: str | Path) -> None:
        subprocess.run(
            [self._programs / program, *arguments],
            check=True,
            # Not a pipe: the server would keep it open.
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            **self._as,
        )


def _postgres_programs() -> Path:
    candidates = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    if (found := shutil.which("pg_ctl")) is not None:
        candidates.append(Path(found).parent)
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise CannotRun("PostgreSQL's server (initdb, pg_ctl) is not installed on this machine.")
