"""``talarian run`` and ``talarian dev`` as processes."""

from __future__ import annotations

import json
import os
import queue
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen


class Server:
    """A running command: its base URL, and its output as it comes."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.output: list[str] = []
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        self.url = self.wait_for(r"server +(http://\S+)")[1]
        self.wait_for("Application startup complete")

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)

    def wait_for(self, pattern: str, seconds: float = 30) -> re.Match[str]:
        """Return the match of the next line of output that has one."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                line = self._lines.get(timeout=max(0, deadline - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"no {pattern!r} in:\n{''.join(self.output)}") from None
            self.output.append(line)
            if (match := re.search(pattern, line)) is not None:
                return match

    def get(self, path: str, seconds: float = 10) -> Any:
        """Return the JSON at `path`. uvicorn starts to listen only after it said it is ready."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                with urlopen(self.url + path, timeout=10) as response:
                    return json.load(response)
            except URLError as error:
                if not isinstance(error.reason, ConnectionRefusedError):
                    raise
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)


@contextmanager
def serving(folder: Path, *arguments: str) -> Generator[Server]:
    # One pipe for both streams keeps their order. The group lets us end supervisor and workers.
    process = subprocess.Popen(
        [sys.executable, "-m", "talarian", *arguments, "--host", "127.0.0.1", "--port", "0"],
        cwd=folder,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        yield Server(process)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 0
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if process.stdout is not None:
            process.stdout.close()
