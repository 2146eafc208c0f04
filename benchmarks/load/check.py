"""Whether a contender does the work, asked over a connection as wrk will ask."""

import http.client
import json
from dataclasses import dataclass
from typing import Any

from benchmarks.scenarios import Request, Scenario

PATIENCE = 30.0


class WrongAnswer(Exception):
    """A contender whose answer is not the scenario's. It is not timed."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    """By lower-case name."""
    body: bytes


def check(scenario: Scenario, port: int) -> None:
    """Ask twice on one connection, and the broken requests once. Raises `WrongAnswer`."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        compare(scenario, ask(connection, scenario.request))
        socket = connection.sock
        compare(scenario, ask(connection, scenario.request))
        if socket is None or connection.sock is not socket:
            raise WrongAnswer("it closed the connection after an answer")
        for request in scenario.broken:
            compare_broken(request, ask(connection, request))
    except (OSError, http.client.HTTPException) as error:
        raise WrongAnswer(f"no answer: {type(error).__name__}: {error}") from None
    finally:
        connection.close()


def ask(connection: http.client.HTTPConnection, request: Request) -> Answer:
    # wrk says nothing about encodings, so neither does this.
    connection.putrequest(request.method, request.target, skip_accept_encoding=True)
    for name, value in request.headers:
        connection.putheader(name, value)
    if request.body:
        connection.putheader("content-length", str(len(request.body)))
    connection.endheaders(request.body or None)
    response = connection.getresponse()
    headers = {name.lower(): value for name, value in response.getheaders()}
    return Answer(response.status, headers, response.read())


def compare(scenario: Scenario, answer: Answer) -> None:
    """Raise `WrongAnswer` unless status, type, headers and the parsed body are the scenario's."""
    if answer.status != 200:
        raise WrongAnswer(f"the status is {answer.status}: {_short(answer.body)}")
    media_type = answer.headers.get("content-type", "").partition(";")[0].strip()
    if media_type != "application/json":
        raise WrongAnswer(f"the content type is {media_type or 'missing'}, not application/json")
    for name, value in scenario.answer_headers.items():
        if answer.headers.get(name) != value:
            raise WrongAnswer(f"{name} is {answer.headers.get(name)!r}, not {value!r}")
    try:
        body = json.loads(answer.body)
    except ValueError:
        raise WrongAnswer(f"the body is no JSON: {_short(answer.body)}") from None
    if not _same(body, scenario.answer):
        raise WrongAnswer(f"the body is {_short(answer.body)}")


def compare_broken(request: Request, answer: Answer) -> None:
    """Raise `WrongAnswer` unless a broken request was refused."""
    if not 400 <= answer.status < 500:
        raise WrongAnswer(
            f"{request.method} {request.target} is broken and was answered with "
            f"{answer.status}: {_short(answer.body)}"
        )


def _same(one: Any, other: Any) -> bool:
    """Compare as JSON does: 1 and 1.0 are one number, true is none."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return bool(one == other)


def _short(body: bytes) -> str:
    text = body.decode(errors="replace")
    return text if len(text) <= 200 else f"{text[:200]}… ({len(text)} characters)"
