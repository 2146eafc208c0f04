"""The parts of uvicorn's protocol class that the lane stands on.

Protocol classes for `uvicorn.Config(http=…)` are typed but not documented, so that a release of
uvicorn may change them. When one of these tests fails, read what has changed in
`uvicorn/protocols/http/httptools_impl.py`, put the lane right, then these lists, then the pin.
"""

import asyncio
import inspect
import re
import tomllib
from pathlib import Path

import pytest
import uvicorn
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware
from uvicorn.protocols.http import httptools_impl
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from talarian.engine.serve.lane import LaneProtocol

PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"

PROTOCOL = {
    "__init__": ["self", "config", "server_state", "app_state", "_loop"],
    "connection_made": ["self", "transport"],
    "connection_lost": ["self", "exc"],
    "eof_received": ["self"],
    "data_received": ["self", "data"],
    "handle_websocket_upgrade": ["self"],
    "send_400_response": ["self", "msg"],
    "on_message_begin": ["self"],
    "on_url": ["self", "url"],
    "on_header": ["self", "name", "value"],
    "on_headers_complete": ["self"],
    "on_body": ["self", "body"],
    "on_message_complete": ["self"],
    "on_response_complete": ["self"],
    "shutdown": ["self"],
    "pause_writing": ["self"],
    "resume_writing": ["self"],
    "timeout_keep_alive_handler": ["self"],
    "_start_asgi_task": ["self", "cycle", "app"],
    "_unset_keepalive_if_required": ["self"],
    "_should_upgrade": ["self"],
    "_should_upgrade_to_ws": ["self"],
    "_get_upgrade": ["self"],
    "_unsupported_upgrade_warning": ["self"],
}
CYCLE = {
    "__init__": [
        *("self", "scope", "transport", "flow", "logger", "access_logger", "access_log"),
        *("default_headers", "message_event", "expect_100_continue", "keep_alive", "on_response"),
    ],
    "run_asgi": ["self", "app"],
    "send_500_response": ["self"],
    "send": ["self", "message"],
    "receive": ["self"],
}
FLOW = {
    "__init__": ["self", "transport"],
    "drain": ["self"],
    "pause_reading": ["self"],
    "resume_reading": ["self"],
    "pause_writing": ["self"],
    "resume_writing": ["self"],
}
PROTOCOL_ATTRIBUTES = {
    *("config", "app", "loop", "logger", "access_logger", "access_log", "parser"),
    *("ws_protocol_class", "root_path", "asgi_version", "limit_concurrency", "app_state"),
    *("timeout_keep_alive_task", "timeout_keep_alive", "server_state", "connections", "tasks"),
    *("transport", "flow", "server", "client", "scheme", "pipeline", "scope", "headers"),
    *("expect_100_continue", "cycle"),
}
CYCLE_ATTRIBUTES = {
    *("scope", "transport", "flow", "logger", "access_logger", "access_log", "default_headers"),
    *("message_event", "on_response", "disconnected", "keep_alive", "waiting_for_100_continue"),
    *("body", "more_body", "response_started", "response_complete", "chunked_encoding"),
    "expected_content_length",
}
FLOW_ATTRIBUTES = {"_transport", "read_paused", "write_paused", "_is_writable_event"}
STATE_ATTRIBUTES = {"total_requests", "connections", "tasks", "default_headers"}
SCOPE = {
    *("type", "asgi", "http_version", "server", "client", "scheme", "root_path", "headers"),
    "state",
}


def signatures(cls: type) -> dict[str, list[str]]:
    """The parameters of every method of a class, by its name."""
    return {
        name: list(inspect.signature(member).parameters)
        for name, member in vars(cls).items()
        if inspect.isfunction(member)
    }


@pytest.mark.parametrize(
    ("cls", "expected"),
    [(HttpToolsProtocol, PROTOCOL), (RequestResponseCycle, CYCLE), (FlowControl, FLOW)],
)
def test_methods(cls: type, expected: dict[str, list[str]]) -> None:
    assert signatures(cls) == expected


def protocol() -> HttpToolsProtocol:
    async def app(scope: object, receive: object, send: object) -> None: ...

    config = uvicorn.Config(app, log_config=None)
    return HttpToolsProtocol(config, ServerState(), {}, asyncio.new_event_loop())


@pytest.fixture
def made() -> HttpToolsProtocol:
    made = protocol()
    made.loop.close()
    return made


def test_attributes_of_the_protocol(made: HttpToolsProtocol) -> None:
    assert set(vars(made)) == PROTOCOL_ATTRIBUTES


def test_the_scope_begins_with_a_message(made: HttpToolsProtocol) -> None:
    made.on_message_begin()
    assert set(made.scope) == SCOPE
    assert set(vars(made)) == PROTOCOL_ATTRIBUTES | {"url"}
    assert made.scope["asgi"] == {"version": "3.0", "spec_version": "2.3"}


def test_attributes_of_a_cycle(made: HttpToolsProtocol) -> None:
    names = list(inspect.signature(RequestResponseCycle).parameters)
    cycle = RequestResponseCycle(**dict.fromkeys(names))  # type: ignore[arg-type]
    assert set(vars(cycle)) == CYCLE_ATTRIBUTES


def test_attributes_of_flow_control_and_state() -> None:
    flow = FlowControl(asyncio.Transport())
    assert set(vars(flow)) == FLOW_ATTRIBUTES
    assert set(vars(ServerState())) == STATE_ATTRIBUTES


def test_what_else_is_imported() -> None:
    assert httptools_impl.STATUS_LINE[204] == b"HTTP/1.1 204 No Content\r\n"
    assert set(httptools_impl.STATUS_LINE) == set(range(100, 600))
    assert httptools_impl.HEADER_RE.search(b"a b") and not httptools_impl.HEADER_RE.search(b"a-b")
    value = httptools_impl.HEADER_VALUE_RE
    assert value.search(b"a\r\n") and not value.search(b"a\tb\xe9")
    assert signatures(ProxyHeadersMiddleware) == {
        "__init__": ["self", "app", "trusted_hosts"],
        "__call__": ["self", "scope", "receive", "send"],
    }
    made = ProxyHeadersMiddleware(None)  # type: ignore[arg-type]
    assert {"app", "trusted_hosts"} <= set(vars(made))


def test_the_lane_replaces_only_what_is_there() -> None:
    """An override whose original has another name now is never called."""
    own = signatures(LaneProtocol)
    shared = own.keys() & PROTOCOL.keys()
    assert {"data_received", "on_headers_complete", "on_message_complete", "shutdown"} <= shared
    assert {name: own[name] for name in shared} == {name: PROTOCOL[name] for name in shared}


def test_uvicorn_is_pinned_to_a_minor_version() -> None:
    """A release that nobody has looked at is not installed by itself."""
    project = tomllib.loads(PYPROJECT.read_text())["project"]
    standard = project["optional-dependencies"]["standard"]
    [requirement] = [text for text in standard if re.match(r"uvicorn\b", text)]
    major, minor = uvicorn.__version__.split(".")[:2]
    below = re.search(r"<\s*(\d+)\.(\d+)", requirement)
    assert below is not None, f"{requirement!r} has no upper bound; write <{major}.{int(minor) + 1}"
    assert (int(below[1]), int(below[2])) == (int(major), int(minor) + 1)
