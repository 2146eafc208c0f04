"""Known middleware around compiled endpoints.

Middleware of Starlette can run as it is, on plain ASGI, but around the endpoint's turn instead of
around routing: the route is found before. That is the long way, which always works. Where each
middleware lets the request in as it is and the answer is all there, the short way is taken: what
each does to the response is done by a function (`Hook`), and nothing is passed on in messages. The
short way may end anywhere; the long way goes on from there, with what has been found.

`BaseHTTPMiddleware`, and so every function under `@app.middleware("http")`, starts a task and a
stream for each request, which costs more than all the rest together. Where nobody could notice, it
runs without them (`sametask`).
"""

from collections.abc import Awaitable, Callable, Sequence
from copy import copy
from typing import Any

from starlette.middleware.base import BaseHTTPMiddleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.httpsredirect import HTTPSRedirectMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from ..compile.turn import Answer
from .endpoint import AsgiTurn
from .guests import HOST, move_out
from .held import HeldResponse, held, is_whole
from .known import ShortCors, ShortGzip, ShortHttps, ShortTrustedHost
from .layered import LAYERED, Hook, Layered, Middle, Stretch
from .sametask import SameTask, may_be_guest
from .scope import PENDING
from .turns import Raised, ServedTurn

Remake = Callable[[Any, ASGIApp], Any]
"""Makes, of an application's middleware, one around another application."""


class Layers:
    """An application's known middleware, with the turns of its endpoints inside.

    Args:
        app: The outermost layer.
        core: The innermost.
        way: The short way from the one to the other, if there is one.
    """

    def __init__(self, app: ASGIApp, core: "_Core", way: Stretch | None) -> None:
        self._app = app
        self._core = core
        self._way = way

    def serve(self, turn: ServedTurn) -> Awaitable[None]:
        """Serve a request whose route has been found. Unhandled exceptions come out."""
        way = self._way
        if way is None or not way.is_open(turn):
            return self._go_on(Layered(turn))
        if not way.has_functions:
            return self._answer(turn)
        layered = Layered(turn)
        return self._cross(way, layered) if may_be_guest(turn) else self._go_on(layered)

    async def _answer(self, turn: ServedTurn) -> None:
        """Have the endpoint answer: there is nothing but hooks around it."""
        turn.outlet = self
        try:
            await turn.run()
        except Exception as error:
            await self._finish(_left(Layered(turn), self._core, Raised(turn, error)))

    async def write(self, turn: ServedTurn, answer: Answer) -> None:
        """Send an answer through the hooks."""
        response = held(answer, turn.compiled.status)
        assert self._way is not None
        if response is None or not self._way.mark(turn.headers, response):
            layered = _left(Layered(turn), self._core, answer)
            layered.is_inside_turn = True
            await self._finish(layered)
            return
        await turn.put_held(response)
        if not isinstance(answer, bytes) and answer.background is not None:
            await answer.background()

    async def _finish(self, layered: Layered) -> None:
        """Have the layers' own code do to an answer what hooks cannot do."""
        # They have let the request pass, as it was before the endpoint had it.
        await self._go_on(layered, {"headers": layered.turn.headers})

    async def _cross(self, way: Stretch, layered: Layered) -> None:
        """Go the short way, with functions of users on it."""
        view = layered.view()
        try:
            response = await way.respond(layered)
            if response is not None and not layered.turn.write_held(response):
                await layered.turn.put_held(response)
        except BaseException:
            await layered.give_up()
            raise
        if response is None:
            await self._go_on(layered, view)
        elif not layered.is_over:
            await layered.see_off()

    async def _go_on(self, layered: Layered, view: Scope | None = None) -> None:
        """Go the long way, from where the request is.

        Args:
            layered: The request.
            view: The request as it was when it passed the outermost layers; by default, as it is.
        """
        turn = layered.turn
        scope = layered.scope_as(view or {})
        try:
            await self._app(scope, turn.receive, turn.send_message)
        except BaseException:
            await layered.give_up()
            raise
        await layered.see_off()


def _left(layered: Layered, place: object, given: Any) -> Layered:
    layered.given = given
    layered.leave(place)
    return layered


class _Core:
    """The innermost layer: the endpoint's turn, and handlers for its exceptions."""

    inside: Stretch | None = None

    def __init__(self, exceptions: ASGIApp) -> None:
        self._exceptions = exceptions

    async def respond(self, layered: Layered, around: Stretch) -> HeldResponse | None:
        turn = layered.turn
        headers, compiled = turn.headers, turn.compiled
        if compiled.reads_body:
            for request in layered.requests:
                request._stream_consumed = True
        answer: Answer | None
        response: HeldResponse | None = None
        try:
            if compiled.hands_out_request:
                answer = await _caught(turn, turn.run())
            else:
                # Nothing is open around it: it never waits, so that no dependency yields.
                answer = await compiled.answer(turn)
                if answer is None or turn.is_open:
                    answer = await _caught(turn, turn.end(answer))
        except Exception as error:
            layered.given = Raised(turn, error)
        else:
            layered.given, response = answer, held(answer, compiled.status)
        return around.come_back(layered, headers, response)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        layered: Layered = scope[LAYERED]
        scope = layered.turn.scope
        is_left = layered.is_left(self)
        given: Any = layered.take() if is_left else None
        if isinstance(given, Raised):
            await self._handle(given, scope, receive, send)
            return
        if not is_left and layered.is_moved():
            await move_out()
            await self._exceptions(scope, receive, send)
            return
        layered.turn.look_again()
        endpoint: Any = layered.turn.endpoint
        turn = _LayeredTurn(endpoint, layered.turn.compiled, scope, receive, send)
        try:
            await (turn.write(given) if is_left else turn.run())
        except Exception as error:
            if layered.is_inside_turn:
                raise
            await self._handle(Raised(turn, error), scope, receive, send)

    async def _handle(self, raised: Raised, scope: Scope, receive: Receive, send: Send) -> None:
        scope[PENDING] = raised
        await self._exceptions(scope, receive, raised.outlet(send))


async def _caught(turn: ServedTurn, steps: Awaitable[None]) -> Answer:
    """The answer that a turn would send in these steps."""
    turn.outlet = caught = _Caught()
    await steps
    return caught.answer


class _Caught:
    """Where an answer stays until middleware has seen it."""

    answer: Answer

    async def write(self, turn: ServedTurn, answer: Answer) -> None:
        self.answer = answer


class _LayeredTurn(AsgiTurn):
    """A turn inside of middleware, perhaps as a guest in the middleware's task."""

    async def put(self, answer: Answer) -> None:
        guest = HOST.get()
        if guest is None or guest.has_moved or isinstance(answer, bytes):
            await super().put(answer)
        elif is_whole(answer):
            await self._put_at_once(answer)
        else:
            await move_out()  # it sends itself, piece by piece
            await super().put(answer)

    async def _put_at_once(self, response: Response) -> None:
        """Write a response now; its tasks run when the middleware has sent it on."""
        task, response.background = response.background, None
        try:
            await super().put(response)
        finally:
            response.background = task
        if task is not None:
            layered: Layered = self.scope[LAYERED]
            layered.add_task(task)


def layers_around(middleware: Sequence[Any], exceptions: ASGIApp) -> Layers | None:
    """Put copies of an application's middleware around the turns of its endpoints.

    Args:
        middleware: Outermost first, each as the application has it.
        exceptions: What lies inside of them: the exception handlers, around the router.

    Returns:
        `None` if one of them is not known here.
    """
    core = _Core(exceptions)
    app: ASGIApp = core
    middle: Middle = core
    hooks: list[Hook] = []
    is_short = True
    for layer in reversed(middleware):
        is_base = isinstance(layer, BaseHTTPMiddleware)
        if is_base and type(layer).__call__ is BaseHTTPMiddleware.__call__:
            inside = Stretch(hooks, middle) if is_short else None
            app = middle = SameTask(_copied(layer, app), app, inside)
            hooks = []
        elif type(layer) in _HOOKED:
            app = hook = _HOOKED[type(layer)](_copied(layer, app), app)
            hooks.append(hook)
        elif type(layer) in _KNOWN:
            app, is_short = _copied(layer, app), False
        else:
            return None
    return Layers(app, core, Stretch(hooks, middle) if is_short else None)


_HOOKED: dict[type, Remake] = {
    CORSMiddleware: ShortCors,
    GZipMiddleware: ShortGzip,
    TrustedHostMiddleware: ShortTrustedHost,
    HTTPSRedirectMiddleware: ShortHttps,
}
_KNOWN: set[type] = set()
try:
    from starlette.middleware.sessions import SessionMiddleware
except ImportError:  # without itsdangerous there are no sessions
    pass
else:
    _KNOWN.add(SessionMiddleware)


def _copied(layer: Any, app: ASGIApp) -> Any:
    """The same middleware around another application."""
    copied = copy(layer)
    copied.app = app
    return copied
