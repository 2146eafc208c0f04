"""A turn at a request on the fast lane."""

import asyncio
import sys
from contextlib import AbstractContextManager, nullcontext
from copy import copy
from typing import Any
from urllib.parse import quote, unquote

from anyio import CancelScope
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from ..compile.build import Compiled
from ..compile.stacked import SWALLOWED, Stack
from ..compile.turn import Answer
from ..declare.depends import Scope as DependencyScope
from ..ground.errors import TalarianError
from .endpoint import Endpoint
from .held import HeldResponse
from .seen import SeenCachedRequest, SeenRequest
from .stacks import FILES_STACK, FUNCTION_STACK, REQUEST_STACK, STACK_OF, ScopeWithStacks
from .turns import Raised, ServedTurn

_NO_SCOPE: AbstractContextManager[None] = nullcontext()


class LaneTurn(ServedTurn):
    """One request that was parsed by the lane. It begins when the body is all there.

    Args:
        lane: The connection.
        target: The route and its endpoint.
        compiled: The endpoint's compiled form.
        path_params: Values of the path's parameters.
        raw_method: As it came.
        url: The request target, in origin form.
        query_string: Without the question mark.
        headers: As they came.
    """

    root_path = ""
    has_read = True
    keep_alive = True
    forwarded = False
    """A proxy says for whom it asks."""
    disconnected = False
    response_complete = False
    _cycle: RequestResponseCycle | None = None
    _event: asyncio.Event | None = None
    _scope: ScopeWithStacks | None = None
    pieces: list[bytes] | None = None
    """Of the body, if it comes in several."""
    _held: list[Message] | None = None
    _is_flowing = False
    _failed: Exception | None = None

    def __init__(
        self,
        lane: Any,
        target: Any,
        compiled: Compiled,
        path_params: dict[str, Any],
        raw_method: bytes,
        url: bytes,
        query_string: bytes,
        headers: list[tuple[bytes, bytes]],
    ) -> None:
        self.lane = lane
        self.target = target
        self.compiled = compiled
        self.path_params = path_params
        self.raw_method = raw_method
        self.url = url
        self.query_string = query_string
        self.headers = headers

    @property
    def endpoint(self) -> Endpoint:  # type: ignore[override]
        endpoint: Endpoint = self.target.endpoint
        return endpoint

    @property
    def method(self) -> str:  # type: ignore[override]
        return self.raw_method.decode("ascii")

    @property
    def raw_path(self) -> bytes:
        return self.url.partition(b"?")[0]

    @property
    def path(self) -> str:
        path = self.raw_path.decode("ascii")
        return unquote(path) if "%" in path else path

    # The request.

    def receive_body(self, piece: bytes) -> None:
        if self.pieces is not None:
            self.pieces.append(piece)
        elif self.body:
            self.pieces = [self.body, piece]
        else:
            self.body = piece

    def join(self) -> None:
        """Make one body of the pieces."""
        self.body, self.pieces = b"".join(self.pieces or ()), None

    @property
    def scope(self) -> Scope:
        if self._scope is None:
            lane = self.lane
            self._scope = ScopeWithStacks(
                {
                    "type": "http",
                    "asgi": {"version": lane.asgi_version, "spec_version": "2.3"},
                    "http_version": "1.1",
                    "server": lane.server,
                    "client": lane.client,
                    "scheme": lane.scheme,
                    "root_path": "",
                    "headers": self.headers,
                    "state": lane.app_state.copy(),
                    "method": self.method,
                    "path": self.path,
                    "raw_path": self.raw_path,
                    "query_string": self.query_string,
                }
            )
            if self.forwarded and lane.proxy is not None:
                _run_through(lane.proxy, self._scope)
            self.target.enter(self._scope, self.path_params)
        return self._scope

    @property
    def request(self) -> Request:
        if self._request is None:
            self._request = SeenRequest(self)
            if self.compiled.reads_body:  # else it is the user who reads, and finds none
                self._request._body = self.body
        return self._request

    def cached_request(self) -> SeenCachedRequest:
        return SeenCachedRequest(self)

    @property
    def has_scope(self) -> bool:  # type: ignore[override]
        return self._scope is not None

    @property
    def message_event(self) -> asyncio.Event:
        """uvicorn's signal to whoever waits in `receive`."""
        if self._cycle is not None:
            return self._cycle.message_event
        if self._event is None:
            self._event = asyncio.Event()
        return self._event

    @property
    def cycle(self) -> RequestResponseCycle:
        """uvicorn's form of this request, for what only that can do."""
        if self._cycle is None:
            lane = self.lane
            self._cycle = RequestResponseCycle(
                scope=self.scope,  # type: ignore[arg-type]
                transport=lane.transport,
                flow=lane.flow,
                logger=lane.logger,
                access_logger=lane.access_logger,
                access_log=lane.access_log,
                default_headers=lane.server_state.default_headers,
                message_event=self.message_event,
                expect_100_continue=False,
                keep_alive=self.keep_alive,
                on_response=self._cycle_is_complete,
            )
            self._cycle.body += self.body
            self._cycle.more_body = False
            self._cycle.message_event.set()
            self._cycle.disconnected = self.disconnected
            self._cycle.response_started = self.response_complete
            self._cycle.response_complete = self.response_complete
        return self._cycle

    async def receive(self) -> Message:
        return await self.cycle.receive()  # type: ignore[return-value]

    async def send_message(self, message: Message) -> None:
        """Send an ASGI message. Those of one turn of the event loop are held, and sent together:
        most often they are a whole response."""
        if self._is_flowing:
            if self._failed is not None:
                raise self._failed
            await self.cycle.send(message)  # type: ignore[arg-type]
            return
        if self._held is None:
            self._held = []
            self.lane.call_soon(self._let_flow)
        self._held.append(message)
        if message["type"] == "http.response.start":
            self.started = True
        elif not message.get("more_body", False) and not self._write_held(self._held):
            await self._flow()

    def _write_held(self, held: list[Message]) -> bool:
        """Write what is held, if it is a whole response and as simple as that."""
        if self.disconnected or held[0]["type"] != "http.response.start":
            return False
        start, *rest = held
        if any(message["type"] != "http.response.body" for message in rest):
            return False
        body = b"".join([message.get("body", b"") for message in rest])
        status, defaults = start["status"], self.lane.server_state.default_headers
        headers = start.get("headers", ())
        data = self.lane.heads.whole(status, defaults, headers, body, self.keep_alive)
        if data is None:
            return False
        self._is_flowing, self._held = True, None
        self._write(data, status)
        return True

    async def _flow(self) -> None:
        """Send what is held, and from now on every message when it comes."""
        self._is_flowing = True
        held, self._held = self._held, None
        for message in held or ():
            await self.cycle.send(message)  # type: ignore[arg-type]

    def _let_flow(self) -> None:
        """The event loop's turn is over: the beginning of a response is not held longer."""
        if self._is_flowing or self.lane.flow.write_paused:
            return
        steps = self._flow()
        try:
            steps.send(None)  # to its end, as nothing is paused
        except StopIteration:
            pass
        except Exception as error:
            self._failed = error

    def cleanup(self, generators: int) -> AbstractContextManager[CancelScope | None]:
        # The task is this request's own: only what one dependency has opened could cancel the
        # clean-up of another.
        return _NO_SCOPE if generators == 1 else super().cleanup(generators)

    def disconnect(self) -> None:
        """The client has gone."""
        if not self.response_complete:
            self.disconnected = True
            if self._cycle is not None:
                self._cycle.disconnected = True
        self.message_event.set()

    async def _run_with_stacks(self) -> None:
        try:
            answer = await self.compiled.answer(self)
            if self._scope is not None:
                await self._close(FUNCTION_STACK)
            if answer is not None:
                await self.send(answer)
            if self._scope is not None:
                await self._close(REQUEST_STACK, FILES_STACK)
        except BaseException:
            if await self._close(FUNCTION_STACK, REQUEST_STACK, FILES_STACK):
                raise TalarianError(SWALLOWED) from None
            raise

    async def _close(self, *keys: str) -> bool:
        """Close stacks that somebody asked for; whether one of them swallowed an exception."""
        scope, swallowed = self._scope, False
        if scope is not None and scope.made:
            for key in keys:
                stack = scope.made.pop(key, None)
                if stack is not None:
                    swallowed = bool(await stack.__aexit__(*sys.exc_info())) or swallowed
        return swallowed

    def stack(self, scope: DependencyScope) -> Stack | None:
        return None if self._scope is None else self._scope.made.get(STACK_OF[scope])

    # The answer.

    async def serve(self) -> None:
        """Answer the request, come what may."""
        try:
            target = self.target
            if target.is_bare:
                answer = await self.compiled.answer(self)
                if type(answer) is bytes and self._late is None:
                    self._write_json(answer)
                elif answer is not None or not self.sent:
                    await self.finish(answer)
            elif target.dispatch.layers is None:
                await self.run()
            else:
                await target.dispatch.layers.serve(self)
        except Exception as error:
            await self.close_late()
            await self._answer_exception(error)
        except BaseException as error:
            await self.close_late()
            # Nothing passes a request by: the task may be another request's next.
            self.lane.logger.error("Exception in ASGI application\n", exc_info=error)
            await self._give_up()

    async def send(self, answer: Answer | None) -> None:
        if type(answer) is bytes and self._late is None and self.outlet is None:
            self._write_json(answer)
            self.sent = True
        else:
            await super().send(answer)

    async def put(self, answer: Answer) -> None:
        if isinstance(answer, bytes):
            self._write_json(answer)
        elif type(answer).__call__ is Response.__call__:
            if not self._write_response(answer, answer.body):
                await answer(self.scope, self.receive, self.send_message)
            elif answer.background is not None:
                await answer.background()
        else:
            await answer(self.scope, self.receive, self.send_message)

    def _write_json(self, text: bytes) -> None:
        # Writing may be paused, but not for what was written before: then no turn begins. One
        # response more is in memory already.
        lane, status = self.lane, self.compiled.status
        defaults = lane.server_state.default_headers
        self._write(lane.heads.json(status, defaults, text, self.keep_alive), status)

    def write_held(self, response: HeldResponse) -> bool:
        return self._write_response(response, response.held)

    async def put_held(self, response: HeldResponse) -> None:
        if not self._write_response(response, response.held):
            await response(self.scope, self.receive, self.send_message)

    def _write_response(self, response: Response, body: bytes | memoryview) -> bool:
        """Write a response, if it is as simple as it seems."""
        if self._cycle is not None and self._cycle.response_started:
            return False
        lane, status = self.lane, response.status_code
        defaults = lane.server_state.default_headers
        data = lane.heads.whole(status, defaults, response.raw_headers, body, self.keep_alive)
        if data is None:
            return False
        self._write(data, status)
        return True

    def _write(self, data: bytes, status: int) -> None:
        """Write a whole response, unless nobody is there to read it."""
        self.started = self.response_complete = True
        cycle = self._cycle
        if cycle is not None:
            cycle.response_started = cycle.response_complete = True
            cycle.message_event.set()
        if self.disconnected:
            return
        lane = self.lane
        if lane.log is not None:
            self._log(status)
        lane.transport.write(data)
        if not self.keep_alive:
            lane.transport.close()
        lane.on_response_complete()

    def _log(self, status: int) -> None:
        method, path, query = self.method, self.path, self.query_string
        client = self.lane.client
        if self.forwarded or self._scope is not None:  # somebody may have changed it
            scope = self.scope
            method, path, query = scope["method"], scope["path"], scope["query_string"]
            client = scope["client"]
        target = f"{quote(path)}?{query.decode('latin-1')}" if query else quote(path)
        address = f"{client[0]}:{client[1]}" if client else ""
        self.lane.log.log(address, method, target, "1.1", status)

    def _cycle_is_complete(self) -> None:
        self.response_complete = True
        self.lane.on_response_complete()

    # What can go wrong.

    async def _answer_exception(self, error: Exception) -> None:
        """Have the application answer an exception, or uvicorn log it."""
        raised = Raised(self, error)
        app = self.target.dispatch.after_exception(self.scope, raised)

        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            await app(scope, receive, raised.outlet(send))

        await self.cycle.run_asgi(answer)  # type: ignore[arg-type]

    async def _give_up(self) -> None:
        if self.started or self.disconnected:
            self.lane.transport.close()
        else:
            self.keep_alive = self.cycle.keep_alive = False
            await self.cycle.send_500_response()


class _Stopped(Exception):
    """The scope has been seen: nothing below is to run."""


def _run_through(middleware: Any, scope: Scope) -> None:
    """Have the middleware that believes proxies change the scope, and nothing else."""

    async def stop(scope: Scope, receive: Any, send: Any) -> None:
        raise _Stopped

    above = copy(middleware)
    above.app = stop
    steps = above(scope, None, None)
    try:
        steps.send(None)
    except _Stopped:
        pass
    finally:
        steps.close()
