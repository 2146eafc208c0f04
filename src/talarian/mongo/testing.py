"""A MongoDB for tests: the one at `MONGO_URL`, or else an emulator.

The emulator is `nx-27017` (`pip install nx-27017`): it speaks MongoDB's protocol and keeps the
documents in memory, in SQLite. It is no MongoDB, and gets some things wrong; docs/mongo.md has a
list.
"""

import os
import re
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from talarian.exceptions import TalarianError

_PATIENCE = 20.0
"""Seconds in which the emulator must answer."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server for tests."""

    url: str
    """With `{database}` in the place of the database's name."""
    is_emulator: bool

    def new_url(self) -> str:
        """The URL of a database that nobody else uses. Drop it when you are done."""
        return self.url.format(database=f"talarian_test_{uuid.uuid4().hex[:12]}")


@contextmanager
def mongo_server() -> Generator[Server, None, None]:
    """The server at `MONGO_URL`; without one, an emulator of its own that ends with the block.

        @pytest.fixture(scope="session")
        def server() -> Generator[Server]:
            with mongo_server() as server:
                yield server

    Raises:
        TalarianError: When there is neither.
    """
    if url := os.environ.get("MONGO_URL"):
        yield Server(_of_any_database(url), is_emulator=False)
        return
    if find_spec("nx_27017") is None:
        raise TalarianError(
            "Tests need a MongoDB. Set MONGO_URL, for example to mongodb://127.0.0.1:27017/test, "
            "or install the emulator: pip install nx-27017."
        )
    with TemporaryDirectory(prefix="talarian-mongo-") as folder, _emulator(Path(folder)) as port:
        yield Server(f"mongodb://127.0.0.1:{port}/{{database}}", is_emulator=True)


def _of_any_database(url: str) -> str:
    # What follows the hosts: a database's name, if there is one, and options.
    server, options = re.split(r"(?<=[^/:])(?:/[^?]*)?(?=\?|$)", url, maxsplit=1)
    return f"{server.replace('{', '{{').replace('}', '}}')}/{{database}}{options}"


@contextmanager
def _emulator(folder: Path) -> Generator[int, None, None]:
    port = _free_port()
    log = folder / "log"
    files = ["--log-file", str(log), "--pid-file", str(folder / "pid")]
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "nx_27017.nx_27017",
            "--data-dir",
            "memory",
            "-p",
            str(port),
            *files,
        ],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port, process, log)
        yield port
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.02)
    said = log.read_text(errors="replace")[-2000:] if log.exists() else "nothing"
    raise TalarianError(f"The emulator nx-27017 does not start. Its log says: {said}")
