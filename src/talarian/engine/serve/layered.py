"""One request on its way through known middleware."""

from collections.abc import Callable, Coroutine, Sequence
from contextvars import Context, copy_context
from typing import Any, Protocol

from starlette.background import BackgroundTask
from starlette.middleware.base import _CachedRequest
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope

from .guests import Guest, in_context
from .held import HeldResponse, RawHeaders
from .turns import ServedTurn

LAYERED = "talarian_layered"
"""Where the scope carries the `Layered` of a request through its middleware."""


class Layered:
    """What one request leaves for later while it goes through the layers.

    Args:
        turn: The endpoint's turn at the request, whose route has been found.
    """

    background: Sequence[tuple[Context, BackgroundTask]] = ()
    """What is left to do when the response has been sent."""
    given: Any = None
    """What the endpoint, or the middleware function around it, has given: an answer, or a
    `Raised`."""
    requests: Sequence[_CachedRequest] = ()
    """Those of the middleware functions that are around what runs now, outermost first. Who reads
    the body inside reads it through them: it is there once."""
    is_inside_turn = False
    """Whether an answer is being sent: the turn has to see the exceptions of that."""
    _first: Sequence[tuple[Context, BackgroundTask]] = ()
    """What comes before the end of the guests."""
    _place: object = None
    _guests: Sequence[Guest] = ()
    """Outermost first: an inner one lasts as long as there is somebody to read from it."""
    _responding = 0

    def __init__(self, turn: ServedTurn) -> None:
        self.turn = turn
        self._found_by = _routed_by(turn.scope) if turn.has_scope else None

    def is_moved(self) -> bool:
        """Whether middleware has changed what the route was found by."""
        turn = self.turn
        if not turn.has_scope:
            return False
        if self._found_by is None:  # nobody changes what the turn has of its own
            self._found_by = turn.method, turn.path, turn.root_path
        return self._found_by != _routed_by(turn.scope)

    def view(self) -> Scope:
        """What layers look at in a request, as it is now."""
        turn = self.turn
        if not turn.has_scope:  # nobody can have changed the rest
            return {"headers": turn.headers}
        scope = turn.scope
        return {name: scope[name] for name in ("method", "headers", "scheme")}

    def scope_as(self, view: Scope) -> Scope:
        """The scope for layers that a request has passed already: as they saw it then."""
        scope = self.turn.scope
        scope[LAYERED] = self
        view = {"method": self.turn.method, **view}
        if all(scope[name] == value for name, value in view.items()):
            return scope
        return {**scope, **view}

    def leave(self, place: object) -> None:
        """Leave what was given in that place to the own code of the layers around it."""
        self._place = place

    def is_left(self, place: object) -> bool:
        """Whether something was left in that place."""
        return self._place is place

    def take(self) -> Any:
        """Take what was left."""
        given, self.given, self._place = self.given, None, None
        return given

    def keep_tasks(self) -> None:
        """Keep the background tasks of what was given until the response has been sent.

        They come before the end of what it has replaced, which ends when its middleware has ended.
        """
        given = self.given
        if isinstance(given, Response) and given.background is not None:
            kept = copy_context(), given.background
            if self._guests:
                self._first = (kept, *self._first)
            else:
                self.background = (kept, *self.background)

    def add_task(self, task: BackgroundTask) -> None:
        """Keep a task, to be run in this context, until the response has been sent."""
        self.background = (*self.background, (copy_context(), task))

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to do when the response has been sent."""
        return not (self._guests or self.background or self._first)

    async def see_off(self) -> None:
        """The response was sent: let everything end, and raise what is raised."""
        try:
            for context, task in self._first:
                await in_context(context, task())
        except BaseException:
            await self.give_up()
            raise
        for guest in self._guests:
            await guest.see_off()
        for context, task in self.background:
            await in_context(context, task())

    async def give_up(self) -> None:
        """The request has failed, or was cancelled: the rest has to end, too."""
        for guest in self._guests:
            await guest.give_up()

    async def as_guest(
        self, context: Context, app: ASGIApp, view: Scope, receive: Receive
    ) -> Response:
        """Have layers answer with their own code, in this task as long as they don't wait.

        Args:
            context: What they run in.
            app: The outermost of them.
            view: The request as they see it, or have seen it.
            receive: What they receive by.
        """
        guest = Guest(context)
        # Those that respond right now are around it; in those that have responded, it may read.
        around, inner = self._guests[: self._responding], self._guests[self._responding :]
        self._guests = (*around, guest, *inner)
        self._responding += 1
        try:
            return await guest.respond(app, self.scope_as(view), receive)
        finally:
            self._responding -= 1


def _routed_by(scope: Scope) -> tuple[Any, ...]:
    return scope["method"], scope["path"], scope.get("root_path", "")


Gate = Callable[[ServedTurn], bool]
"""Whether a middleware would hand a request on as it is."""


class Hook(Protocol):
    """What a known middleware does, without its own code around the request."""

    gate: Gate | None
    """Without one, it hands on every request."""

    def marks(self, request_headers: RawHeaders, response: HeldResponse) -> bool:
        """Do to the response what the middleware does; `False` if only its own code can.

        That is to append headers, and nothing else. The request's are those it came by with.
        """
        ...


class Middle(Protocol):
    """What a stretch of middleware lies around."""

    inside: "Stretch | None"

    async def respond(self, layered: Layered, around: "Stretch") -> HeldResponse | None:
        """Say what there is to respond (`given`), and give it to what is around, or leave it."""
        ...


class Stretch:
    """Known middleware, one after the other, around a function of a user's or the endpoint.

    Args:
        hooks: Innermost first.
        middle: What they are around.
    """

    def __init__(self, hooks: Sequence[Hook], middle: Middle) -> None:
        self._hooks = tuple(hooks)
        self._middle = middle
        inside = middle.inside
        self.has_functions = inside is not None
        gates = [hook.gate for hook in hooks if hook.gate is not None]
        self._gates: tuple[Gate, ...] = (*gates, *(() if inside is None else inside._gates))

    def is_open(self, turn: ServedTurn) -> bool:
        """Whether a request can cross without the layers' own code."""
        for gate in self._gates:  # noqa: SIM110 - it runs for every request
            if not gate(turn):
                return False
        return True

    def mark(self, request_headers: RawHeaders, response: HeldResponse) -> bool:
        """Do to a response what the middleware here does; `False` if only its own code can."""
        headers = response.raw_headers
        number = len(headers)
        for hook in self._hooks:
            if not hook.marks(request_headers, response):
                del headers[number:]
                return False
        return True

    def respond(self, layered: Layered) -> Coroutine[Any, Any, HeldResponse | None]:
        """Cross to the middle and back; `None` if something is left to the layers' own code."""
        return self._middle.respond(layered, self)

    def come_back(
        self, layered: Layered, request_headers: RawHeaders, response: HeldResponse | None
    ) -> HeldResponse | None:
        """Cross from the middle, with the response that is there.

        Args:
            layered: The request.
            request_headers: As they were when the request came in here.
            response: `None` if only the layers' own code can do the rest.
        """
        if response is None or not self.mark(request_headers, response):
            layered.leave(self._middle)
            return None
        layered.keep_tasks()
        return response
