"""A server in a thread of this process, so that tests can look at it while they talk to it."""

import asyncio
import logging
import socket
import threading
import time
from collections.abc import Callable, Coroutine, Generator
from contextlib import contextmanager
from typing import Any, TypeVar

import uvicorn

from tests.protocol.kinds import Kind

T = TypeVar("T")
PATIENCE = 10.0
"""Seconds after which something that takes milliseconds is taken to never happen."""

LOGGERS = ("uvicorn.error", "asyncio")


class Server(uvicorn.Server):
    """uvicorn's server, with what it does made visible.

    Attributes:
        loop: The event loop it runs on.
        received: Bytes that reached the protocols so far, over all connections.
        cycles: The targets that went through an ASGI cycle, in order. The lane's own don't.
        records: What the server and the loop logged.
    """

    loop: asyncio.AbstractEventLoop

    def __init__(self, app: Any, kind: Kind, **settings: Any) -> None:
        self.listening = threading.Event()
        self.received = 0
        self.cycles: list[str] = []
        self.records: list[logging.LogRecord] = []
        protocol = _watched(settings.pop("protocol", kind.protocol), self)
        chosen: dict[str, Any] = {
            **{"http": protocol, "loop": kind.loop, "log_config": None},
            **{"access_log": False, "timeout_graceful_shutdown": 5, **settings},
        }
        config = uvicorn.Config(app, **chosen)
        super().__init__(config)
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=2048)
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        try:
            self.run([self._socket])
        finally:
            self.listening.set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.loop = asyncio.get_running_loop()
        self.listening.set()

    def start(self) -> None:
        self._thread.start()
        assert self.listening.wait(PATIENCE) and self.started, "the server did not start"

    def stop(self) -> None:
        """Shut down gracefully, and in any case.

        Raises:
            AssertionError: The server did not end by itself.
        """
        self.should_exit = True
        self._thread.join(PATIENCE)
        graceful = not self._thread.is_alive()
        if not graceful:
            self.force_exit = True
            self._thread.join(PATIENCE)
        assert graceful, f"the server did not end; {self.connections} connections are open"

    def join(self, seconds: float = PATIENCE) -> bool:
        """Wait until the server has ended; return whether it did."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def call(self, function: Callable[[], T]) -> T:
        """Return what `function` returns when the server's loop calls it."""

        async def called() -> T:
            return function()

        return self.wait(called())

    def wait(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Return what `coroutine` returns on the server's loop."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(PATIENCE)

    @property
    def connections(self) -> int:
        return len(self.server_state.connections)

    @property
    def tasks(self) -> int:
        """Tasks on the loop that are in the middle of something for a request."""
        return len(self.server_state.tasks)

    @property
    def errors(self) -> list[str]:
        """What was logged as an error."""
        found = [record for record in self.records if record.levelno >= logging.ERROR]
        return [record.getMessage() for record in found]


def _watched(protocol: Any, server: Server) -> Any:
    def data_received(self: Any, data: bytes) -> None:
        protocol.data_received(self, data)
        server.received += len(data)

    def start_asgi_task(self: Any, cycle: Any, app: Any) -> None:
        server.cycles.append(cycle.scope["path"])
        protocol._start_asgi_task(self, cycle, app)

    watches = {"data_received": data_received, "_start_asgi_task": start_asgi_task}
    return type(f"Watched{protocol.__name__}", (protocol,), watches)


class _Recorder(logging.Handler):
    def __init__(self, records: list[logging.LogRecord]) -> None:
        super().__init__()
        self.records = records

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@contextmanager
def serving(app: Any, kind: Kind, **settings: Any) -> Generator[Server]:
    """Serve `app` on a free port of 127.0.0.1.

    Args:
        app: An ASGI application.
        settings: For uvicorn.Config; `protocol` replaces the kind's protocol class.
    """
    server = Server(app, kind, **settings)
    recorder = _Recorder(server.records)
    for name in LOGGERS:
        logging.getLogger(name).addHandler(recorder)
    server.start()
    try:
        yield server
    finally:
        try:
            server.stop()
        finally:
            for name in LOGGERS:
                logging.getLogger(name).removeHandler(recorder)


def eventually(condition: Callable[[], bool], seconds: float = PATIENCE) -> bool:
    """Wait until `condition` holds; return whether it does before `seconds` have passed."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.001)
    return True
