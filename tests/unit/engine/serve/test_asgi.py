"""What is open around a request, and in which order it is closed."""

from collections.abc import AsyncGenerator, Generator
from contextlib import suppress
from typing import Annotated, Any

import anyio
import pytest
from starlette.responses import PlainTextResponse, Response
from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from talarian.engine.app.application import Talarian
from talarian.engine.declare.depends import Depends
from talarian.engine.ground.background import BackgroundTasks
from talarian.engine.ground.errors import TalarianError
from tests.unit.engine.app.helpers import call


class Logged(Exception): ...


class Sending(PlainTextResponse):
    """Tells when it is sent."""

    log: list[str]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.log.append("sent")
        await super().__call__(scope, receive, send)


@pytest.fixture
def log() -> list[str]:
    return []


def named(log: list[str], name: str) -> Any:
    def dependency() -> Generator[None, None, None]:
        log.append(f"{name} opened")
        try:
            yield
        except Logged:
            log.append(f"{name} saw it")
            raise
        finally:
            log.append(f"{name} closed")

    return dependency


def test_function_before_the_response_and_request_after_it(log: list[str]) -> None:
    app = Talarian()

    @app.get("/")
    def endpoint(
        a: Annotated[None, Depends(named(log, "long"))],
        b: Annotated[None, Depends(named(log, "short"), scope="function")],
        tasks: BackgroundTasks,
    ) -> Response:
        log.append("endpoint")
        response = Sending("ok")
        response.log = log
        tasks.add_task(log.append, "task")
        return response

    assert call(app, "/")[0] == 200
    opened, closed = log[:2], log[2:]
    assert opened == ["long opened", "short opened"]
    assert closed == ["endpoint", "short closed", "sent", "task", "long closed"]


def test_dependencies_see_an_exception_before_its_handler(log: list[str]) -> None:
    app = Talarian()

    @app.exception_handler(Logged)
    def handler(*_: Any) -> Response:
        log.append("handler")
        return PlainTextResponse("handled", status_code=499)

    @app.get("/", dependencies=[Depends(named(log, "outer")), Depends(named(log, "inner"))])
    def endpoint() -> None:
        raise Logged

    assert call(app, "/")[0] == 499
    assert log[2:] == [
        "inner saw it",
        "inner closed",
        "outer saw it",
        "outer closed",
        "handler",
    ]


def test_an_exception_kept_by_a_dependency_is_a_mistake() -> None:
    app = Talarian()

    def keeping() -> Generator[None, None, None]:
        with suppress(Logged):
            yield

    @app.get("/", dependencies=[Depends(keeping)])
    def endpoint() -> None:
        raise Logged

    with pytest.raises(TalarianError, match="is not raising the exception again"):
        call(app, "/")


def test_a_task_that_fails_is_seen_after_the_answer(log: list[str]) -> None:
    app = Talarian()

    @app.get("/")
    def endpoint(_: Annotated[None, Depends(named(log, "long"))], tasks: BackgroundTasks) -> None:
        def fail() -> None:
            raise Logged

        tasks.add_task(fail)

    with pytest.raises(Logged):
        call(app, "/")
    assert log == ["long opened", "long saw it", "long closed"]


class TestWebSockets:
    def connect(self, app: Talarian, target: str) -> list[Message]:
        path, _, query = target.partition("?")
        scope = {
            "type": "websocket",
            "path": path,
            "query_string": query.encode(),
            "headers": [],
            "subprotocols": [],
        }
        incoming: list[Message] = [
            {"type": "websocket.connect"},
            {"type": "websocket.disconnect", "code": 1000},
        ]
        sent: list[Message] = []

        async def receive() -> Message:
            return incoming.pop(0)

        async def send(message: Message) -> None:
            sent.append(message)

        anyio.run(app, scope, receive, send)
        return sent

    def test_both_stacks_end_with_the_session(self, log: list[str]) -> None:
        app = Talarian()

        async def asynchronous() -> AsyncGenerator[None, None]:
            yield
            log.append("async closed")

        @app.websocket("/{x}")
        async def endpoint(
            websocket: WebSocket,
            x: int,
            a: Annotated[None, Depends(asynchronous)],
            b: Annotated[None, Depends(named(log, "short"), scope="function")],
        ) -> None:
            await websocket.accept()
            await websocket.send_text(f"{x}")
            log.append("endpoint")

        sent = self.connect(app, "/5")
        assert [message.get("text") for message in sent] == [None, "5"]
        assert log == ["short opened", "endpoint", "short closed", "async closed"]

    def test_a_wrong_handshake_is_refused(self) -> None:
        app = Talarian()

        @app.websocket("/")
        async def endpoint(websocket: WebSocket, q: int) -> None:
            raise AssertionError

        (message,) = self.connect(app, "/?q=x")
        assert (message["type"], message["code"]) == ("websocket.close", 1008)
        assert message["reason"][0]["loc"] == ["query", "q"]
