"""Threads and limits: what lets blocking code and scarce resources live in an event loop."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager
from types import TracebackType
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from anyio import CancelScope, Semaphore
from anyio.lowlevel import RunVar, checkpoint_if_cancelled
from starlette.concurrency import (
    iterate_in_threadpool,
    run_in_threadpool,
    run_until_first_complete,
)

from .threads import run_in_worker

__all__ = [
    "CleanupScope",
    "DependencyConcurrency",
    "contextmanager_in_threadpool",
    "iterate_in_threadpool",
    "run_in_threadpool",
    "run_until_first_complete",
    "shielded_exit",
]

T = TypeVar("T")


Worker = Callable[[Callable[[], T]], Awaitable[T]]


def contextmanager_in_threadpool(
    cm: AbstractContextManager[T], worker: Worker[T] = run_in_threadpool
) -> AbstractAsyncContextManager[T]:
    """Use a blocking context manager from async code: enter and exit in worker threads.

    The exit is given any exception, may suppress it, and always runs to its end, even when the
    task is cancelled.
    """
    return _ThreadedContextManager(cm, worker)


class _ThreadedContextManager(AbstractAsyncContextManager[T]):
    def __init__(self, cm: AbstractContextManager[T], worker: Worker[T]) -> None:
        self._cm = cm
        self._worker = worker

    async def __aenter__(self) -> T:
        return await self._worker(self._cm.__enter__)

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool | None:
        suppress = None
        with CancelScope(shield=True):
            # As what was begun: if the exit queued for a thread, and every thread were waiting for
            # the resource this exit gives back, nothing would ever move again.
            suppress = await run_in_worker(True, self._cm.__exit__, exc_type, exc, traceback)
        return suppress


@asynccontextmanager
async def shielded_exit(
    cm: AbstractAsyncContextManager[T], scope: CancelScope
) -> AsyncGenerator[T, None]:
    """Use `cm` so that cancelling the task cannot interrupt its exit, only follow it.

    Entering and the body can be cancelled as usual. Leave in the task that entered.

    Args:
        cm: What to use.
        scope: A cancel scope that was opened before anything that is left after `cm`. One scope
            around a whole request serves all its dependencies: they are left in an order of
            their own, and each may keep scopes open, which have to be closed innermost first.
    """
    try:
        async with cm as value:
            try:
                yield value
            finally:
                scope.shield = True
    finally:
        scope.shield = False
    await checkpoint_if_cancelled()


class CleanupScope:
    """The cancel scope of a request for `shielded_exit`, opened when it is first needed.

    Closed by leaving it as a context manager, in the task that opened it.

    Args:
        around: A scope that is open already and closed by somebody else, to be used instead.
    """

    __slots__ = ("_is_own", "_scope")

    def __init__(self, around: CancelScope | None = None) -> None:
        self._scope = around
        self._is_own = around is None

    def opened(self) -> CancelScope:
        """The scope, opened."""
        if self._scope is None:
            self._scope = CancelScope()
            self._scope.__enter__()
        return self._scope

    def __enter__(self) -> "CleanupScope":
        return self

    def __exit__(self, *exc_info: Any) -> None:
        if self._scope is not None and self._is_own:
            self._scope.__exit__(*exc_info)


class DependencyConcurrency:
    """How many executions of one declared dependency may be under way at once.

    Everything that uses the declaration shares it: routes, routers, applications. To execute the
    dependency, acquire the semaphore first, before asking for a worker thread, and release it

    - when the call has returned, if it returns a value;
    - after the clean-up has finished, if it yields one: enter the semaphore on the exit stack of
      the dependency's scope, then the dependency, under `shielded_exit` if it is asynchronous
      (`contextmanager_in_threadpool` shields its exit by itself).

    A value taken from the request's cache executes nothing and acquires nothing. An override runs
    under the limit of the declaration it replaces.
    """

    def __init__(self, max_concurrency: int) -> None:
        """Raises `ValueError` unless `max_concurrency` is an integer above zero."""
        if type(max_concurrency) is not int or max_concurrency < 1:
            raise ValueError("max_concurrency must be a positive integer or None")
        self.max_concurrency = max_concurrency

    def get_semaphore(self) -> Semaphore:
        """The semaphore of the running event loop, made when first asked for.

        It ends with the loop or with this object, whichever ends first.
        """
        try:
            semaphores = _semaphores.get()
        except LookupError:
            semaphores = WeakKeyDictionary()
            _semaphores.set(semaphores)
        if (semaphore := semaphores.get(self)) is None:
            semaphore = semaphores[self] = Semaphore(self.max_concurrency)
        return semaphore


# One dictionary per event loop. Semaphores belong to a loop, declarations live at module level.
_semaphores: RunVar[WeakKeyDictionary[DependencyConcurrency, Semaphore]] = RunVar(
    "talarian_dependency_semaphores"
)
