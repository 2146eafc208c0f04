"""The two sides as processes: starting them, asking them, starting them afresh."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from string import Template
from typing import IO, Any

from talarian.hook.subprocesses import environment, forget
from talarian.prove import worker
from talarian.prove.messages import Answer, Question

PATIENCE = 30.0
"""Seconds until a process that says nothing counts as hanging: above what one request may take."""

RUN = "TALARIAN_PROVE_RUN"
"""The variable that tells an application, and a command before it, which run it is in."""


class Broken(Exception):
    """An application could not be had or did not live on. ``stage`` says how far it came."""

    def __init__(self, title: str, stage: str, error: str) -> None:
        super().__init__(f"{title}, {stage}: {error}")
        self.title, self.stage, self.error = title, stage, error


@dataclass(frozen=True)
class Target:
    """An application on one engine: which Python, which module, which environment."""

    title: str
    python: str
    root: Path
    """Goes in front of ``sys.path``."""
    module: str
    name: str | None
    env: Mapping[str, str]
    variables: Mapping[str, str] = field(default_factory=dict[str, str])
    """Set just before the application is imported. ``${RUN}`` in a value becomes the run's name."""
    cwd: Path = field(default_factory=Path.cwd)

    def run(self, number: int) -> dict[str, str]:
        """The variables of one run: each can have a database that is named after it."""
        label = f"{self.title.lower()}-{number}"
        expanded = {
            name: Template(value).safe_substitute(RUN=label)
            for name, value in self.variables.items()
        }
        return {**expanded, RUN: label}


def on_fastapi(python: str, root: Path, module: str, name: str | None = None) -> Target:
    """The application as it is today, on the FastAPI that ``python`` finds."""
    env = dict(os.environ)
    forget(env)
    return Target("FastAPI", python, root, module, name, _steady(env))


def on_talarian(python: str, root: Path, module: str, name: str | None = None) -> Target:
    """The same application, unmodified, on Talarian."""
    return Target("Talarian", python, root, module, name, _steady(environment()))


def _steady(env: Mapping[str, str]) -> dict[str, str]:
    """Sets are iterated in the same order in every process, so that their order can be compared."""
    return {**env, "PYTHONHASHSEED": "0"}


class Engine:
    """A process for `Target`, which makes a fresh application whenever it is opened."""

    def __init__(self, target: Target, layout: int = 0) -> None:
        self.target = target
        self._layout = layout
        self._process: subprocess.Popen[bytes] | None = None
        self._frames: queue.Queue[Any] = queue.Queue()
        self._log: IO[bytes] | None = None
        self._is_open = False

    @property
    def is_open(self) -> bool:
        return self._is_open

    def open(self, target: Target, number: int = 1) -> dict[str, Any]:
        """Start the application and return what it says about itself. Raises `Broken`."""
        self.close()
        if self._process is None or self._process.poll() is not None:
            self._spawn()
        self.target = target
        self._write({"module": target.module, "name": target.name, "env": target.run(number)})
        self._is_open = True
        answer = self._read()
        if "opened" not in answer:
            self._is_open = False
            if "failed" in answer:
                self._until_ended()
                raise Broken(self.target.title, answer["failed"], answer["error"])
            raise Broken(self.target.title, "import", self.log() or "the process ended")
        return dict(answer["opened"])

    def ask(self, question: Question) -> Answer:
        """Send one question. An answer that never comes, or a process that dies, is `Broken`."""
        self._write(question.question())
        answer = self._read()
        if "ended" in answer:
            self._is_open = False
            error = self.log() or f"exit status {answer['ended']}"
            raise Broken(self.target.title, "a request ended the process", error)
        return Answer.read(answer)

    def close(self) -> None:
        """Shut the application down; the process stays for the next."""
        if self._is_open:
            self._is_open = False
            self._write({"do": "close"})
            self._until_ended()

    def stop(self) -> None:
        """End the process."""
        if self._process is None:
            return
        with suppress(Broken):
            self.close()
        self._kill()
        self._process = None

    def log(self) -> str:
        """The last of what the application wrote to its error stream."""
        if self._log is None:
            return ""
        self._log.seek(0, os.SEEK_END)
        self._log.seek(max(0, self._log.tell() - 2000))
        return self._log.read().decode(errors="replace").strip()

    def _spawn(self) -> None:
        target = self.target
        command = [target.python, worker.__file__, str(target.root), str(self._layout)]
        self._layout += 10
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        self._frames = queue.Queue()
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            command,
            cwd=target.cwd,
            env=target.env,
            stdin=pipe,
            stdout=pipe,
            stderr=self._log,
            start_new_session=True,
        )
        reader = threading.Thread(
            target=self._pump, args=(self._process, self._frames), daemon=True
        )
        reader.start()
        answer = self._read()
        if "failed" in answer:
            raise Broken(target.title, answer["failed"], answer["error"])

    @staticmethod
    def _pump(process: subprocess.Popen[bytes], frames: queue.Queue[Any]) -> None:
        assert process.stdout is not None
        pipe = worker.Pipe(process.stdout.fileno(), -1)
        with process.stdout:
            while (frame := pipe.read()) is not None:
                frames.put(frame)
        frames.put({"ended": "the pipe closed"})

    def _write(self, data: Any) -> None:
        assert self._process is not None and self._process.stdin is not None
        try:
            worker.Pipe(-1, self._process.stdin.fileno()).write(data)
        except BrokenPipeError:
            raise Broken(self.target.title, "the process ended", self.log()) from None

    def _read(self) -> Any:
        try:
            return self._frames.get(timeout=PATIENCE)
        except queue.Empty:
            self._kill()
            raise Broken(
                self.target.title, "it hangs", f"nothing came for {PATIENCE:g} seconds"
            ) from None

    def _until_ended(self) -> None:
        while "ended" not in self._read():
            pass

    def _kill(self) -> None:
        assert self._process is not None
        self._is_open = False
        if hasattr(os, "killpg"):
            # The application is a fork of the process: both are in its group.
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        else:
            self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._log):
            if stream is not None:
                stream.close()
        self._log = None


class Engines:
    """The three processes of a comparison: FastAPI, Talarian, and FastAPI again.

    Again in a process of its own with another layout of its memory, not only in another fork: what
    depends on where objects lie, such as the order of a set of them, is the same in two forks.
    """

    def __init__(self, fastapi: Target, talarian: Target) -> None:
        self.every = (Engine(fastapi, 1), Engine(talarian, 2), Engine(fastapi, 3))

    def stop(self) -> None:
        for engine in self.every:
            engine.stop()
