"""A dependency that yields, as a context manager that costs next to nothing.

The standard library's has the same rules; it is asked to apply them when an exception comes.
https://docs.python.org/3/library/contextlib.html#contextlib.asynccontextmanager
"""

from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any

from anyio import CancelScope
from anyio.lowlevel import checkpoint_if_cancelled


class Opened:
    """An async generator, run to its `yield` on entering, and to its end on leaving.

    Args:
        generator: Not started yet.
        scope: Is shielded while the generator cleans up; `None` where nothing can cancel it.
    """

    __slots__ = ("_generator", "_scope")

    def __init__(self, generator: AsyncGenerator[Any, None], scope: CancelScope | None) -> None:
        self._generator = generator
        self._scope = scope

    async def __aenter__(self) -> Any:
        try:
            return await self._generator.__anext__()
        except StopAsyncIteration:
            raise RuntimeError("generator didn't yield") from None

    def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> Coroutine[Any, Any, bool | None]:
        if self._scope is None:
            return self._leave(kind, error, traceback)
        return self._leave_shielded(self._scope, kind, error, traceback)

    async def _leave_shielded(
        self,
        scope: CancelScope,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool | None:
        scope.shield = True
        try:
            suppressed = await self._leave(kind, error, traceback)
        finally:
            scope.shield = False
        if kind is None or suppressed:  # an exception on its way is not replaced
            await checkpoint_if_cancelled()
        return suppressed

    async def _leave(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool | None:
        if kind is None:
            try:
                await self._generator.__anext__()
            except StopAsyncIteration:
                return False
            try:
                raise RuntimeError("generator didn't stop")
            finally:
                await self._generator.aclose()
        manager = asynccontextmanager(self._started)()
        return await manager.__aexit__(kind, error, traceback)

    def _started(self) -> AsyncGenerator[Any, None]:
        return self._generator
