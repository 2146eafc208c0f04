"""One start of an application with many routes, measured from inside.

    python -m benchmarks.startup_worker fastapi|talarian

prints a line of JSON with the fields of `benchmarks.results.StartUp` but the contender and round.
"""

import asyncio
import gc
import json
import sys
import time
from collections.abc import Callable, MutableMapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, create_model

from benchmarks.app.data import COUNT

Message = MutableMapping[str, Any]
BODY = json.dumps({"name": "a sandal", "price": 12.5, "tags": ["left"]}).encode()


def peak_megabytes() -> float:
    """Return the most memory this program had in RAM so far.

    Not from getrusage(2), which starts from the size of the process that started this one.
    """
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise LookupError("/proc/self/status has no VmHWM; this measurement needs Linux")


def models() -> list[type[BaseModel]]:
    """Models that differ in name only, made before any clock runs: both sides need them alike."""
    return [
        create_model(f"Item{number}", name=(str, ...), price=(float, ...), tags=(list[str], []))
        for number in range(COUNT)
    ]


def declare(app: Any, number: int, model: type[BaseModel]) -> None:
    async def create(item_id: int, item: BaseModel, q: str | None = None) -> Any:
        return item

    create.__annotations__["item"] = model
    app.post(f"/items{number}/{{item_id}}", response_model=model)(create)


def declare_all(app: Any, every: Sequence[type[BaseModel]]) -> None:
    for number, model in enumerate(every):
        declare(app, number, model)


async def ask_all(app: Any) -> None:
    """Ask every route once, through plain ASGI."""
    for number in range(COUNT):
        await ask(app, f"/items{number}/7")


async def ask(app: Any, path: str) -> None:
    headers = [(b"host", b"localhost"), (b"content-type", b"application/json")]
    headers.append((b"content-length", str(len(BODY)).encode()))
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": BODY, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 8000),
    }
    await app(scope, receive, send)
    if sent[0]["status"] != 200:
        raise SystemExit(f"{path} was answered with {sent[0]['status']}")


def timed(work: Callable[[], Any]) -> float:
    """Return the CPU time of ``work`` in seconds. Nothing here waits for anything."""
    start = time.process_time()
    work()
    return time.process_time() - start


def main(framework: str) -> None:
    if framework == "talarian":
        from talarian import hook

        hook.install()
    every = models()
    found: dict[str, Any] = {}

    def load() -> None:
        from importlib import import_module

        found["app"] = import_module("fastapi").FastAPI()

    figures = {"import_s": timed(load)}
    app = found["app"]
    gc.collect()  # what making the models has left to the collector is nobody's work here
    figures["declare_s"] = timed(lambda: declare_all(app, every))
    figures["declared_mb"] = peak_megabytes()
    figures["openapi_s"] = timed(app.openapi)
    figures["described_mb"] = peak_megabytes()
    figures["first_requests_s"] = timed(lambda: asyncio.run(ask_all(app)))
    figures["asked_mb"] = peak_megabytes()
    print(json.dumps(figures))


if __name__ == "__main__":
    main(sys.argv[1])
