"""One endpoint on ASGI: compiled where that is possible, interpreted where it is not."""

from typing import Any, Protocol

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from ..analyse.plan import Plan
from ..compile.build import Compiled, compile_plan
from ..compile.turn import Answer
from ..ground.observe import NOBODY, watching
from . import handler
from .asgi import request_response
from .handler import OverridesProvider, make_handler, unreadable
from .held import JSON, HeldResponse, RawHeaders
from .turns import Raised, ServedTurn, is_overridden


class Changeable(Protocol):
    """A route: its Plan is fixed until somebody takes hold of the route's views."""

    @property
    def plan(self) -> Plan: ...

    @property
    def live_plan(self) -> Any: ...


class Endpoint:
    """The ASGI application of one route.

    It is compiled when the first request comes, and again if the route has another Plan by then.

    Args:
        source: The route.
        provider: Who has the `dependency_overrides`: the application, or `None`.
    """

    def __init__(self, source: Changeable, provider: OverridesProvider | None) -> None:
        self.source = source
        self.provider = provider
        self._interpreted = request_response(make_handler(source, provider))
        self._plan: Plan | None = None
        self._compiled: Compiled | str = "not yet"

    @property
    def compiled(self) -> Compiled | str:
        """The compiled form, or why there is none."""
        if handler.takeover is not None:
            return "steps of answering have been replaced"
        if self.source.live_plan is not None:
            return "its views have been used: what it does may change from request to request"
        plan = self.source.plan
        if plan is not self._plan:
            self._compiled, self._plan = compile_plan(plan), plan
        return self._compiled

    def ready(self) -> Compiled | None:
        """The compiled form, if this request can be answered by it."""
        compiled = self.compiled
        if isinstance(compiled, str):
            return None
        if compiled.overridable and is_overridden(self.provider, compiled):
            return None
        return compiled if watching.get() is NOBODY else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        compiled = self.ready()
        if compiled is None:
            await self._interpreted(scope, receive, send)
            return
        turn = self.turn(compiled, scope, receive, send)
        try:
            await turn.run()
        except Exception as error:
            raised = Raised(turn, error)
            await raised(scope, receive, raised.outlet(send))

    def turn(self, compiled: Compiled, scope: Scope, receive: Receive, send: Send) -> "AsgiTurn":
        """Take a turn at a request whose route was found."""
        return AsgiTurn(self, compiled, scope, receive, send)


class AsgiTurn(ServedTurn):
    """A turn at a request that came through ASGI."""

    def __init__(
        self, endpoint: Endpoint, compiled: Compiled, scope: Scope, receive: Receive, send: Send
    ) -> None:
        self.endpoint = endpoint
        self.compiled = compiled
        self._scope = scope
        self._receive = receive
        self._send = send
        self.path_params = scope["path_params"]
        self.query_string = scope["query_string"]
        headers = scope["headers"]
        if type(headers) is not list:
            headers = scope["headers"] = list(headers)
        self.headers = headers

    @property
    def method(self) -> str:  # type: ignore[override]
        method: str = self._scope["method"]
        return method

    @property
    def path(self) -> str:
        path: str = self._scope["path"]
        return path

    @property
    def root_path(self) -> str:  # type: ignore[override]
        root_path: str = self._scope.get("root_path", "")
        return root_path

    @property
    def scope(self) -> Scope:
        return self._scope

    async def receive(self) -> Message:
        return await self._receive()

    async def send_message(self, message: Message) -> None:
        self.started = self.started or message["type"] == "http.response.start"
        await self._send(message)

    async def run(self) -> None:
        if self.compiled.reads_body:
            self.body = await self._read_body()
            self.has_read = True
        await super().run()

    async def _read_body(self) -> bytes:
        try:
            message = await self._receive()
            if message["type"] == "http.request" and not message.get("more_body", False):
                body: bytes = message.get("body", b"")
                return body
            return await self._read_pieces(message)
        except HTTPException:
            raise
        except Exception as error:
            raise unreadable(error) from error

    async def _read_pieces(self, first: Message) -> bytes:
        """As Starlette reads a body in several pieces, and notices who goes away."""
        pending = [first]

        async def receive() -> Message:
            return pending.pop() if pending else await self._receive()

        return await Request(self._scope, receive).body()

    async def put(self, answer: Answer) -> None:
        if isinstance(answer, bytes):
            await self._write_json(answer)
        elif type(answer).__call__ is Response.__call__:
            self.started = True
            await answer(self._scope, self._receive, self._send)
        else:
            await answer(self._scope, self._receive, self.send_message)

    async def _write_json(self, text: bytes) -> None:
        headers = [(b"content-length", b"%d" % len(text)), JSON]
        await self._put_whole(self.compiled.status, headers, text)

    async def put_held(self, response: HeldResponse) -> None:
        if response.comes_in_pieces:
            await response(self._scope, self._receive, self.send_message)
        else:
            await self._put_whole(response.status_code, response.raw_headers, response.held)

    async def _put_whole(self, status: int, headers: RawHeaders, body: bytes) -> None:
        self.started = True
        await self._send({"type": "http.response.start", "status": status, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})
