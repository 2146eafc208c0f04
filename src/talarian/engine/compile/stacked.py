"""Dependencies of an endpoint that users see the request of, and with it the stacks in its scope.

FastAPI keeps dependencies that yield on two exit stacks, where third parties put what they open
themselves. A compiled endpoint has blocks instead. Here is what makes the order the same: last in,
first out, whoever it was.
"""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from types import TracebackType
from typing import Any, Protocol

from ..declare.depends import Scope
from ..ground.errors import TalarianError

SWALLOWED = (
    "Response not awaited. There's a high chance that the application code is raising an "
    "exception and a dependency with yield has a block with a bare except, or a block with "
    "except Exception, and is not raising the exception again. Read more about it in the docs: "
    "https://fastapi.tiangolo.com/tutorial/dependencies/dependencies-with-yield/"
    "#dependencies-with-yield-and-except"
)


Exit = Callable[
    [type[BaseException] | None, BaseException | None, TracebackType | None], Awaitable[bool]
]


class Stack(AsyncExitStack):
    """A stack in the ASGI scope."""

    _exit_callbacks: Any

    @property
    def height(self) -> int:
        """How much lies on it."""
        return len(self._exit_callbacks)

    def above(self, height: int) -> AsyncExitStack:
        """Take off what lies above a height, and return it as a stack of its own."""
        taken: Any = AsyncExitStack()
        for _ in range(height, self.height):
            taken._exit_callbacks.appendleft(self._exit_callbacks.pop())
        return taken  # type: ignore[no-any-return]


class HasStacks(Protocol):
    """The turn at a request."""

    def stack(self, scope: Scope) -> Stack | None:
        """The stack of a scope; `None` if nobody has looked for it so far."""


class Stacked:
    """A dependency that yields, and is closed after what was put on its stack later.

    Args:
        manager: The dependency.
        turn: The turn at the request.
        scope: The dependency's own.
    """

    __slots__ = ("_height", "_manager", "_scope", "_turn")

    def __init__(
        self, manager: AbstractAsyncContextManager[Any], turn: HasStacks, scope: Scope
    ) -> None:
        self._manager = manager
        self._turn = turn
        self._scope: Scope = scope
        self._height = 0

    async def __aenter__(self) -> Any:
        value = await self._manager.__aenter__()
        stack = self._turn.stack(self._scope)
        if stack is not None:
            self._height = stack.height
        return value

    def __aexit__(  # an awaitable will do, and most often the dependency's own is there
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> Awaitable[bool | None]:
        later = self._later()
        if later is None:
            return self._manager.__aexit__(kind, error, traceback)
        return later.__aexit__(kind, error, traceback)

    def _later(self) -> AsyncExitStack | None:
        """The dependency with all that has to be closed before it, if there is any."""
        own = self._turn.stack(self._scope)
        # What is of scope "function" ends before anything of scope "request" does.
        inner = None if self._scope == "function" else self._turn.stack("function")
        has_more = own is not None and own.height > self._height
        if not has_more and (inner is None or not inner.height):
            return None
        together = AsyncExitStack()
        together.push_async_exit(self._manager)
        if own is not None:
            together.push_async_exit(own.above(self._height))
        if inner is not None:
            together.push_async_exit(_not_swallowing(inner.above(0)))
        return together


def _not_swallowing(stack: AsyncExitStack) -> Exit:
    """Close a stack whose exception others have to meet: if it is swallowed, there is no reply."""

    async def leave(
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        if await stack.__aexit__(kind, error, traceback):
            raise swallowed()
        return False

    return leave


def swallowed() -> TalarianError:
    """The error of a request that has no response, because its exception was swallowed."""
    return TalarianError(SWALLOWED)
