"""An application around another one, which it can ask the same request again and again.

`talarian.cli.timing` has prove's worker serve it, on either engine, in any environment that has
FastAPI and the user's application: like the worker it imports nothing else. It is a module of its
own name in a folder of its own, so that the folder can go on ``sys.path``.
"""

import asyncio
import importlib
import json
import os
import sys
import time
from collections.abc import MutableMapping
from typing import Any

Message = MutableMapping[str, Any]

COUNT = b"x-talarian-timed"
"""The header that says how often. Without it a request goes through as it is."""


class Exchange:
    """The server's side of one request that is timed: hands out the body, drops the response."""

    __slots__ = ("body", "complete", "gone", "status")

    def __init__(self, body: bytes) -> None:
        self.body: bytes | None = body
        self.complete = False
        self.gone: asyncio.Event | None = None
        self.status = 0

    async def receive(self) -> Message:
        body, self.body = self.body, None
        if body is not None:
            return {"type": "http.request", "body": body, "more_body": False}
        if not self.complete:
            self.gone = asyncio.Event()
            await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        elif not message.get("more_body", False):
            self.complete = True
            if self.gone is not None:
                self.gone.set()


class Timed:
    """``app``, and for a request with the header `COUNT`, how long it takes."""

    def __init__(self, app: Any) -> None:
        self._app = app

    def __getattr__(self, name: str) -> Any:
        """What the worker reads from an application: its routes, its OpenAPI document."""
        return getattr(self._app, name)

    async def __call__(self, scope: Message, receive: Any, send: Any) -> None:
        count = scope["type"] == "http" and dict(scope["headers"]).get(COUNT)
        if not count:
            await self._app(scope, receive, send)
            return
        body = (await receive())["body"]
        scope["headers"] = [pair for pair in scope["headers"] if pair[0] != COUNT]
        answer = json.dumps(await self._repeat(scope, body, int(count))).encode()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": answer})

    async def _repeat(self, scope: Message, body: bytes, count: int) -> dict[str, Any]:
        """Ask ``count`` times. The clocks run for this process, all threads included."""
        statuses: set[int] = set()
        wall, cpu = time.perf_counter(), time.process_time()
        for _ in range(count):
            exchange = Exchange(body)
            # Applications write into the scope, so each request has its own.
            fresh = {**scope, "headers": list(scope["headers"]), "state": {**scope["state"]}}
            await self._app(fresh, exchange.receive, exchange.send)
            statuses.add(exchange.status)
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        return {
            "cpu_us": cpu / count * 1e6,
            "wall_us": wall / count * 1e6,
            "statuses": sorted(statuses),
        }


def _load() -> Any:
    sys.path.insert(0, os.environ["TALARIAN_TIMED_ROOT"])
    module = importlib.import_module(os.environ["TALARIAN_TIMED_MODULE"])
    # The worker runs as the program, and knows how to find an application in a module.
    name = os.environ["TALARIAN_TIMED_NAME"] or importlib.import_module("__main__").choose(module)
    found: Any = module
    for part in name.split("."):
        found = getattr(found, part)
    return found


app = Timed(_load())
