"""One framework in one process: answers the scenarios that it is asked for on standard input.

    python -m benchmarks.worker talarian.fastapi

Each line in is ``scenario requests``; each line out is JSON: microseconds of CPU time per request
(of the whole process, threads included), and the response that was measured.
"""

import asyncio
import importlib
import json
import sys
import time
from collections.abc import MutableMapping
from typing import Any

from benchmarks.scenarios import SCENARIOS, Scenario, application

Message = MutableMapping[str, Any]


class Exchange:
    """The server's side of one request: hands out the body, keeps the response."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.sent: list[Message] = []

    async def receive(self) -> Message:
        return {"type": "http.request", "body": self.scenario.body, "more_body": False}

    async def send(self, message: Message) -> None:
        self.sent.append(message)

    def answer(self) -> str:
        body = b"".join(message.get("body", b"") for message in self.sent[1:])
        return f"{self.sent[0]['status']} {body.decode()}"


async def once(app: Any, scenario: Scenario) -> Exchange:
    exchange = Exchange(scenario)
    await app(scenario.scope(), exchange.receive, exchange.send)
    return exchange


async def measure(app: Any, scenario: Scenario, requests: int) -> dict[str, Any]:
    answer = (await once(app, scenario)).answer()
    start = time.process_time()
    for _ in range(requests):
        await once(app, scenario)
    return {"us": (time.process_time() - start) / requests * 1e6, "answer": answer}


def main(framework: str) -> None:
    app = application(importlib.import_module(framework))
    with asyncio.Runner() as runner:
        print("ready", flush=True)
        for line in sys.stdin:
            name, requests = line.split()
            result = runner.run(measure(app, SCENARIOS[name], int(requests)))
            print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
