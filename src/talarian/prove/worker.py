"""One application in one process, answering the requests that come through a pipe.

    python worker.py ROOT LAYOUT

It runs in any environment that has FastAPI and the application's dependencies, with or without
Talarian: it imports nothing else. It stands in for the server: no sockets, no timing, the same
ASGI messages that uvicorn would send. Frames on standard input and output are a four-byte length
and JSON; bytes travel as latin-1 text.

Each ``open`` forks a process in which FastAPI is imported already, so a fresh application costs
its own import and nothing more. Where there is no fork, the process serves once and ends.
"""

import sys

if __name__ == "__main__":
    # Python puts the script's folder here, where `requests` would be this package's own module.
    del sys.path[0]

import asyncio
import importlib
import importlib.metadata
import inspect
import json
import os
import platform
import random
import traceback
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from typing import Any
from urllib.parse import unquote

Message = MutableMapping[str, Any]
SECONDS = 3.0
"""How long the application may take for one request."""
CHUNKS = 64
"""After so many pieces of a response the client goes away: a stream may have no end."""
HOST = "localhost:8000"


class Pipe:
    """Frames over two file descriptors. Nothing is read ahead: a forked process reads on."""

    def __init__(self, source: int, target: int) -> None:
        self.source, self.target = source, target

    def read(self) -> Any:
        """Return the next frame, None at the end."""
        size = self._exactly(4)
        return json.loads(self._exactly(int.from_bytes(size, "big"))) if size else None

    def write(self, data: Any) -> None:
        frame = json.dumps(data).encode()
        frame = len(frame).to_bytes(4, "big") + frame
        while frame:
            frame = frame[os.write(self.target, frame) :]

    def _exactly(self, size: int) -> bytes:
        found = b""
        while len(found) < size:
            piece = os.read(self.source, size - len(found))
            if not piece:
                return b""
            found += piece
        return found


class Exchange:
    """The server's side of one HTTP request: hands out the body, collects the response."""

    def __init__(self, question: Any) -> None:
        self.question = question
        self.status: int | None = None
        self.headers: list[list[str]] = []
        self.pieces: list[bytes] = []
        self.complete = False
        self.gone = asyncio.Event()
        self._body: bytes | None = question["body"].encode("latin-1")

    def scope(self) -> Message:
        return _scope(self.question, "http", method=self.question["method"], scheme="http")

    async def receive(self) -> Message:
        body, self._body = self._body, None
        if body is not None:
            return {"type": "http.request", "body": body, "more_body": False}
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        # A server gives way here. Without it a stream that never waits could not be stopped.
        await asyncio.sleep(0)
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = _texts(message.get("headers", ()))
        elif message["type"] == "http.response.body" and not self.gone.is_set():
            self.pieces.append(message.get("body", b""))
            self.complete = not message.get("more_body", False)
            if self.complete or len(self.pieces) >= CHUNKS:
                self.gone.set()

    async def run(self, app: Any) -> dict[str, Any]:
        error = await _bounded(app(self.scope(), self.receive, self.send))
        if self.status is None:
            self._answer_as_a_server(error)
        # A server sends no body after HEAD, whatever the application does (RFC 9110, 9.3.2).
        body = b"" if self.question["method"] == "HEAD" else b"".join(self.pieces)
        return {
            "status": self.status,
            "headers": self.headers,
            "body": body.decode("latin-1"),
            "complete": self.complete,
            "error": error,
        }

    def _answer_as_a_server(self, error: str | None) -> None:
        """What uvicorn sends when the application gave nothing."""
        if error != _TOO_SLOW:
            self.status, self.complete = 500, True
            self.headers = [["content-type", "text/plain; charset=utf-8"]]
            self.pieces = [b"Internal Server Error"]


class Talk:
    """The server's side of one WebSocket: a prepared message whenever the application waits."""

    def __init__(self, question: Any) -> None:
        self.question = question
        self.messages = iter(question["messages"])
        self.transcript: list[list[Any]] = []
        self._connecting = True
        self._closed = False

    def scope(self) -> Message:
        return _scope(
            self.question,
            "websocket",
            scheme="ws",
            subprotocols=self.question["subprotocols"],
            extensions={"websocket.http.response": {}},
        )

    async def receive(self) -> Message:
        if self._connecting:
            self._connecting = False
            return {"type": "websocket.connect"}
        kind, data = ("", "") if self._closed else next(self.messages, ("", ""))
        if not kind:
            return {"type": "websocket.disconnect", "code": 1000, "reason": ""}
        self.transcript.append(["client", kind, data])
        value: str | bytes = data if kind == "text" else data.encode("latin-1")
        return {"type": "websocket.receive", kind: value}

    async def send(self, message: Message) -> None:
        if len(self.transcript) < CHUNKS:
            self.transcript.append(["server", message["type"], _plain(message)])
        self._closed = self._closed or message["type"] == "websocket.close"

    async def run(self, app: Any) -> dict[str, Any]:
        error = await _bounded(app(self.scope(), self.receive, self.send))
        return {"transcript": self.transcript, "error": error}


class Lifespan:
    """Startup, and later shutdown, inside one task."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.state: dict[str, Any] = {}
        self.problem: str | None = None
        self._started, self._stopping = asyncio.Event(), asyncio.Event()
        self._sent_startup = False

    async def start(self) -> str | None:
        """Start up. Returns what went wrong."""
        self._task = asyncio.create_task(self._run())
        await self._started.wait()
        return self.problem

    async def stop(self) -> None:
        self._stopping.set()
        await asyncio.wait({self._task}, timeout=SECONDS)

    async def _run(self) -> None:
        scope = {"type": "lifespan", "asgi": _ASGI, "state": self.state}
        try:
            await self.app(scope, self._receive, self._send)
        except Exception:
            # An application without lifespan raises when it is asked for one. That is allowed;
            # one that fails has said so before it raises.
            pass
        finally:
            self._started.set()

    async def _receive(self) -> Message:
        if not self._sent_startup:
            self._sent_startup = True
            return {"type": "lifespan.startup"}
        await self._stopping.wait()
        return {"type": "lifespan.shutdown"}

    async def _send(self, message: Message) -> None:
        if message["type"].endswith(".failed"):
            self.problem = message.get("message") or message["type"]
        self._started.set()


_ASGI = {"version": "3.0", "spec_version": "2.3"}
_TOO_SLOW = f"no answer within {SECONDS:g} seconds"
_state: dict[str, Any] = {}


def _scope(question: Any, kind: str, **more: Any) -> Message:
    path, _, query = question["target"].partition("?")
    return {
        "type": kind,
        "asgi": _ASGI,
        "http_version": "1.1",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [
            (name.lower().encode("latin-1"), value.encode("latin-1"))
            for name, value in question["headers"]
        ],
        "client": ("127.0.0.1", 50000),
        "server": ("localhost", 8000),
        "state": _state.copy(),
        **more,
    }


async def _bounded(running: Awaitable[None]) -> str | None:
    """Run the application to its end, but not for ever. Returns its error as text."""
    try:
        await asyncio.wait_for(running, SECONDS)
    except TimeoutError:
        return _TOO_SLOW
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:500]
    return None


def _texts(headers: Any) -> list[list[str]]:
    return [
        [bytes(name).decode("latin-1"), bytes(value).decode("latin-1")] for name, value in headers
    ]


def _plain(message: Message) -> Any:
    """The message as JSON: bytes become text, defaults are left out."""
    plain: dict[str, Any] = {}
    for name, value in message.items():
        if name == "headers":
            value = _texts(value)
        if name != "type" and value not in (None, "", b"", [], False):
            plain[name] = value.decode("latin-1") if isinstance(value, bytes) else value
    return plain


def _tail(error: BaseException) -> str:
    lines = traceback.format_exception(error)
    return "".join(line for line in lines if "<frozen importlib" not in line).strip()[-3000:]


def _fastapi() -> Any:
    """Whichever package has that name here."""
    return importlib.import_module("fastapi")


class NoApplication(Exception):
    """There is nothing in the module to ask."""


def choose(module: Any) -> str:
    """The application's name: ``app``, ``api``, any FastAPI, then any other ASGI application."""
    from starlette.applications import Starlette

    names = ["app", "api", *sorted(vars(module))]
    tests: tuple[Callable[[Any], bool], ...] = (
        lambda value: isinstance(value, _fastapi().FastAPI),
        lambda value: isinstance(value, Starlette),
        lambda value: inspect.iscoroutinefunction(type(value).__call__),
    )
    for is_one in tests:
        for name in names:
            if is_one(getattr(module, name, None)):
                return str(name)
    raise NoApplication(f"There is no application in {module.__name__} ({module.__file__}).")


def websocket_paths(routes: Any, prefix: str = "") -> Iterator[str]:
    """The paths of all WebSocket routes, with those of included routers and mounts."""
    from starlette.routing import Mount, WebSocketRoute

    for found in _flat(routes):
        route = getattr(found, "original_route", found)
        path = prefix + (getattr(found, "path", None) or "")
        if isinstance(route, WebSocketRoute):
            yield path
        elif isinstance(route, Mount):
            yield from websocket_paths(getattr(route, "routes", None) or (), path)


def _flat(routes: Any) -> Any:
    """Since FastAPI 0.137 an included router is one route; this call looks inside."""
    walk = getattr(_fastapi().routing, "iter_route_contexts", None)
    return walk(routes) if walk else routes


def describe(app: Any) -> dict[str, Any]:
    """What the other side must know to make requests."""
    try:
        document = json.loads(json.dumps(app.openapi()))
    except Exception:  # No such method, or a broken schema: then the request for it tells.
        document = None
    names = ("fastapi", "starlette", "pydantic", "pydantic-core")
    versions = {name: importlib.metadata.version(name) for name in names}
    return {
        "engine": _fastapi().__name__,
        "versions": {"python": platform.python_version(), **versions},
        "openapi_url": getattr(app, "openapi_url", "/openapi.json"),
        "pages": [getattr(app, name, None) for name in ("docs_url", "redoc_url")],
        "openapi": document,
        "websockets": list(websocket_paths(getattr(app, "routes", ()))),
    }


def serve(pipe: Pipe, module_name: str, name: str | None) -> None:
    """Import the application, then answer until told to close."""
    try:
        module = importlib.import_module(module_name)
        app: Any = module
        for part in (name or choose(module)).split("."):
            app = getattr(app, part)
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        lifespan = Lifespan(app)
        problem = loop.run_until_complete(lifespan.start())
        about = describe(app)
    except NoApplication as error:
        pipe.write({"failed": "no application", "error": str(error)})
        return
    except Exception as error:
        pipe.write({"failed": "import", "error": _tail(error)})
        return
    if problem is not None:
        pipe.write({"failed": "startup", "error": problem})
        return
    _state.update(lifespan.state)
    pipe.write({"opened": about})
    while (question := pipe.read()) and question["do"] != "close":
        kind = Talk if question["do"] == "websocket" else Exchange
        pipe.write(loop.run_until_complete(_run(kind, question, app)))
    loop.run_until_complete(lifespan.stop())


async def _run(kind: type[Talk] | type[Exchange], question: Any, app: Any) -> dict[str, Any]:
    return await kind(question).run(app)


def lay_out_memory(number: int) -> list[bytes]:
    """Return what must be kept, so that later objects lie where no other number puts them.

    Objects without a hash of their own are ordered in a set by their address. A program gets the
    same addresses in every process, so that chance looks like a rule until something moves.
    """
    draw = random.Random(number)
    return [bytes(size) for size in range(0, 480, 16) for _ in range(draw.randrange(300))]


def main(root: str, layout: str) -> None:
    kept = lay_out_memory(int(layout))
    # What the application prints must not end up among the frames.
    pipe = Pipe(os.dup(0), os.dup(1))
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    sys.path.insert(0, root)
    try:
        _fastapi()
    except Exception as error:
        pipe.write({"failed": "fastapi", "error": _tail(error)})
        return
    pipe.write({"ready": os.getpid()})
    while wanted := pipe.read():
        child = os.fork() if hasattr(os, "fork") else 0
        if not child:
            os.environ.update(wanted["env"])
            serve(pipe, wanted["module"], wanted["name"])
            sys.stdout.flush()
            # Not sys.exit: threads that the application left behind would hold it up.
            os._exit(0)
        pipe.write({"ended": os.waitpid(child, 0)[1]})
    del kept


if __name__ == "__main__":
    main(*sys.argv[1:])
