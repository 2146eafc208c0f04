"""One request on its way through known middleware."""

from collections.abc import Sequence
from contextvars import Context, copy_context
from typing import Any, Protocol

from starlette.background import BackgroundTask
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope

from .guests import Guest, in_context
from .held import HeldResponse
from .turns import ServedTurn

LAYERED = "talarian_layered"
"""Where the scope carries the `Layered` of a request through its middleware."""


class Layered:
    """What one request leaves for later while it goes through the layers.

    Args:
        turn: The endpoint's turn at the request, whose route has been found.
    """

    def __init__(self, turn: ServedTurn) -> None:
        self.turn = turn
        self.background: list[tuple[Context, BackgroundTask]] = []
        """What is left to do when the response has been sent."""
        self.guests: list[Guest] = []
        self.given: Any = None
        """What the endpoint, or the middleware function around it, has given: an answer, or a
        `Raised`."""
        self.is_inside_turn = False
        """Whether an answer is being sent: the turn has to see the exceptions of that."""
        self._place: object = None
        self._found_by = _routed_by(turn.scope) if turn.has_scope else None

    def is_moved(self) -> bool:
        """Whether middleware has changed what the route was found by."""
        turn = self.turn
        if not turn.has_scope:
            return False
        if self._found_by is None:  # nobody changes what the turn has of its own
            self._found_by = turn.method, turn.path, turn.root_path
        return self._found_by != _routed_by(turn.scope)

    def leave(self, place: object) -> None:
        """Leave what was given in that place to the own code of the layers around it."""
        self._place = place

    def take(self, place: object) -> Any:
        """Take what was left in that place, if it was there."""
        if self._place is not place:
            return None
        given, self.given, self._place = self.given, None, None
        return given

    def keep_tasks(self) -> None:
        """Keep the background tasks of what was given until the response has been sent."""
        given = self.given
        if isinstance(given, Response) and given.background is not None:
            self.background.append((copy_context(), given.background))

    async def see_off(self) -> None:
        """The response was sent: let everything end, and raise what is raised."""
        for guest in self.guests:
            await guest.see_off()
        for context, task in self.background:
            await in_context(context, task())

    async def give_up(self) -> None:
        """The request has failed, or was cancelled: the rest has to end, too."""
        for guest in self.guests:
            await guest.give_up()

    async def as_guest(
        self, context: Context, app: ASGIApp, scope: Scope, receive: Receive
    ) -> Response:
        """Have layers answer with their own code, in this task as long as they don't wait."""
        guest = Guest(context)
        self.guests.append(guest)
        scope[LAYERED] = self
        return await guest.respond(app, scope, receive)


def _routed_by(scope: Scope) -> tuple[Any, ...]:
    return scope["method"], scope["path"], scope.get("root_path", "")


class Hook(Protocol):
    """What a known middleware does, without its own code around the request."""

    def lets_in(self, turn: ServedTurn) -> bool:
        """Whether it would hand the request on as it is."""
        ...

    def marks(self, turn: ServedTurn, response: HeldResponse) -> bool:
        """Do to the response what the middleware does; `False` if only its own code can."""
        ...


class Middle(Protocol):
    """What a stretch of middleware lies around."""

    def is_open(self, turn: ServedTurn) -> bool:
        """Whether it can respond without the layers' own code."""
        ...

    async def respond(self, layered: Layered) -> HeldResponse | None:
        """Give a response and say what it was made of (`given`), or leave that."""
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

    def is_open(self, turn: ServedTurn) -> bool:
        """Whether a request can cross without the layers' own code."""
        for hook in self._hooks:
            if not hook.lets_in(turn):
                return False
        return self._middle.is_open(turn)

    def is_around(self, middle: object) -> bool:
        return self._middle is middle

    def mark(self, turn: ServedTurn, response: HeldResponse) -> bool:
        """Do to a response what the middleware here does; `False` if only its own code can."""
        for hook in self._hooks:  # noqa: SIM110 - it runs for every request
            if not hook.marks(turn, response):
                return False
        return True

    async def respond(self, layered: Layered) -> HeldResponse | None:
        """Cross to the middle and back; `None` if something is left to the layers' own code."""
        response = await self._middle.respond(layered)
        if response is None:
            return None
        if not self.mark(layered.turn, response):
            layered.leave(self._middle)
            return None
        layered.keep_tasks()
        return response
