"""Worker threads of one asyncio event loop.

Waking a thread costs more than most functions that run in it, and threads that are awake together
fight for the interpreter. So jobs lie in one queue, and one thread is called for however many
there are. A thread that takes a job and leaves others behind calls one more before it begins: if
the job is short, the first thread has done the rest before the second gets to run; if it blocks,
the second takes over at once. Results lie together too: the first of them wakes the event loop.
"""

import atexit
import os
import sys
import threading
from asyncio import AbstractEventLoop, Future, Task
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import suppress
from contextvars import Context, copy_context
from time import monotonic
from typing import Any, TypeVar
from weakref import ref

from anyio import CancelScope
from anyio.lowlevel import checkpoint

from .anyio_inside import Inside, is_cancelled

T = TypeVar("T")

IDLE_SECONDS = 10.0
"""How long a thread waits for work before it ends."""

EXIT_SECONDS = 3.0
"""How long the end of the process waits for functions whose event loop is gone."""


class _NotBegunError(Exception):
    """The task was to be cancelled before a thread had the job."""


class _Job:
    """One call, on its way from a task to a thread and back."""

    __slots__ = ("arguments", "call", "context", "error", "future", "named", "result", "scope")

    def __init__(
        self,
        future: "Future[Any]",
        context: Context,
        scope: Any,
        call: Callable[..., Any],
        arguments: tuple[Any, ...],
        named: Mapping[str, Any],
    ) -> None:
        self.future = future
        self.context = context
        self.scope = scope
        self.call = call
        self.arguments = arguments
        self.named = named
        self.result: Any = None
        self.error: BaseException | None = None

    def is_wanted(self) -> bool:
        """Whether the task still waits and is not to be cancelled; else it is told."""
        if self.future.cancelled():
            return False
        if self.scope is not None and is_cancelled(self.scope):
            self.future.set_exception(_NotBegunError())
            return False
        return True

    def perform(self, thread: Any) -> None:
        """Call the function, in a worker thread whose attributes in anyio are `thread`."""
        if self.future.cancelled():
            return
        if self.scope is not None:
            thread.current_cancel_scope = self.scope
        try:
            self.result = self.context.run(self.call, *self.arguments, **self.named)
        except BaseException as error:
            self.error = error
        finally:
            if self.scope is not None:
                thread.current_cancel_scope = None

    def fail(self, error: BaseException) -> "_Job":
        """Take `error` for the outcome, without a call."""
        self.error = error
        return self

    def settle(self) -> None:
        """Give the outcome to the task, in the event loop."""
        # The traceback of an error leads to `perform` and so to this job, which must let go of it.
        error, self.error = self.error, None
        if self.future.cancelled():
            return
        if error is None:
            self.future.set_result(self.result)
        elif isinstance(error, StopIteration):
            # A coroutine cannot raise it, and a future does not take it.
            instead = RuntimeError("coroutine raised StopIteration")
            instead.__cause__ = error
            self.future.set_exception(instead)
        else:
            self.future.set_exception(error)
        del self.future


class Workers:
    """The worker threads of one event loop, started as they are needed."""

    def __init__(self, loop: AbstractEventLoop, inside: Inside) -> None:
        """Make them while `loop` runs. They end with it."""
        self.inside = inside
        # Weak, because this object is kept for as long as the loop lives.
        self._loop = ref(loop)
        self.forget_threads()
        _release_orphans()
        _open.add(self)
        # The loop closes this generator when it is shut down. Until `release` lets go of it, it
        # keeps the loop: every asynchronous generator has a hook of the loop it runs in.
        self._until_shutdown: AsyncGenerator[None, None] | None = _until_shutdown(self)
        with suppress(StopIteration):
            self._until_shutdown.__anext__().send(None)

    def forget_threads(self) -> None:
        """Begin without threads, as in a forked child, where there are none."""
        self._fresh: list[_Job] = []  # the event loop's alone; what follows is under the lock
        self._lock = threading.Lock()
        self._queue: deque[_Job] = deque()
        self._finished: list[_Job] = []
        self._idle: list[_Worker] = []  # who was at work last is called next
        self._calling = False  # somebody was called and has not looked at the queue yet
        self._closing = False

    def run(
        self,
        task: "Task[Any]",
        call: Callable[..., T],
        arguments: tuple[Any, ...],
        named: Mapping[str, Any],
    ) -> Awaitable[T]:
        """Call a blocking function for `task`, the current one, as `anyio.to_thread.run_sync` does.

        A cancel scope waits until the function has returned. `Task.cancel` does not stop the
        function either, but the task does not wait for it.
        """
        loop = task.get_loop()
        scope = self.inside.scope_of(task)
        if scope is None:  # no scope can cancel this task, so there is nothing to shield
            return self._submit(loop, None, call, arguments, named)
        return self._run_shielded(loop, scope, call, arguments, named)

    async def _run_shielded(self, loop: AbstractEventLoop, scope: Any, *job: Any) -> Any:
        while True:
            try:
                with CancelScope(shield=True):
                    return await self._submit(loop, scope, *job)
            except _NotBegunError:
                await checkpoint()

    def _submit(
        self,
        loop: AbstractEventLoop,
        scope: Any,
        call: Callable[..., T],
        arguments: tuple[Any, ...],
        named: Mapping[str, Any],
    ) -> "Future[T]":
        # Handed over when the loop has been round once: what is about to cancel the task still
        # can, and all that come together go together.
        future: Future[T] = loop.create_future()
        context = copy_context()
        context.run(self.inside.set_library, None)
        if not self._fresh:
            loop.call_soon(self._hand_over)
        self._fresh.append(_Job(future, context, scope, call, arguments, named))
        return future

    def _hand_over(self) -> None:
        fresh, self._fresh = self._fresh, []
        helper = None
        with self._lock:
            self._queue.extend(job for job in fresh if job.is_wanted())
            if self._queue and not self._calling:
                helper = self._choose_helper()
        if helper is not None:
            self._call(helper)

    def serve(self, worker: "_Worker") -> None:
        """Do jobs in the thread of `worker`, until there were none for long."""
        thread = self.inside.thread
        thread.current_cancel_scope = None
        job: _Job | None = None
        while True:
            helper = None
            is_first = ends = False
            with self._lock:
                if job is not None:
                    is_first = not self._finished
                    self._finished.append(job)
                elif worker.is_called:
                    worker.is_called = self._calling = False
                if self._queue:
                    job = self._queue.popleft()
                    if self._queue and not self._calling:
                        helper = self._choose_helper()
                else:
                    job = None
                    ends = self._closing
                    if not ends:
                        self._idle.append(worker)
            if is_first:
                self._wake(worker.loop)
            if helper is not None:
                self._call(helper)
            if job is not None:
                job.perform(thread)
            elif ends or (not worker.rest() and self._dismisses(worker)):
                return

    def _choose_helper(self) -> "_Worker":
        """Say who is called for the jobs in the queue."""
        helper = self._idle.pop() if self._idle else _Worker(self, self._running_loop())
        helper.is_called = self._calling = True
        return helper

    def _call(self, helper: "_Worker") -> None:
        try:
            helper.call()
        except RuntimeError as error:  # the system has no more threads to give
            with self._lock:
                self._calling = False
                self._finished += [job.fail(error) for job in self._queue]
                self._queue.clear()
            self._wake(helper.loop)

    def _dismisses(self, worker: "_Worker") -> bool:
        """Let `worker` go, which has been idle for long, unless it was called this very moment."""
        with self._lock:
            if worker in self._idle:
                self._idle.remove(worker)
                return True
        worker.rest()
        return False

    def _running_loop(self) -> AbstractEventLoop:
        loop = self._loop()
        assert loop is not None  # whoever asks is running in it, or is a thread that keeps it
        return loop

    def _wake(self, loop: AbstractEventLoop) -> None:
        try:
            loop.call_soon_threadsafe(self._settle)
        except RuntimeError:
            if not loop.is_closed():
                raise
            self.release()

    def _settle(self) -> None:
        with self._lock:
            finished, self._finished = self._finished, []
        for job in finished:
            job.settle()

    def stop(self) -> None:
        """Let every thread end as soon as there is nothing left to do."""
        with self._lock:
            self._closing = True
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.call()

    def is_orphaned(self) -> bool:
        """Whether the event loop was closed."""
        loop = self._loop()
        return loop is None or loop.is_closed()

    def release(self) -> None:
        """Stop, and let go of the event loop, which has been shut down or closed."""
        self.stop()
        self._until_shutdown = None
        _open.discard(self)
        if self.is_orphaned():  # then nobody is left to be told
            self._fresh.clear()
            self._finished.clear()


class _Worker(threading.Thread):
    """One thread, for the functions of one event loop."""

    def __init__(self, workers: Workers, loop: AbstractEventLoop) -> None:
        # Not the context of whoever needs the first thread, which later Pythons would take.
        own: dict[str, Any] = {"context": Context()} if sys.version_info >= (3, 14) else {}
        # Named as anyio names its threads, for the logs that show it.
        super().__init__(name="AnyIO worker thread", daemon=True, **own)
        self.workers = workers
        self.loop = loop
        self.is_called = False
        self._baton = threading.Lock()
        self._baton.acquire()

    def call(self) -> None:
        """Wake the thread, or start it."""
        if self.ident is None:
            self.start()
        else:
            self._baton.release()

    def rest(self) -> bool:
        """Wait to be called; false if nobody called for a long time."""
        return self._baton.acquire(timeout=IDLE_SECONDS)

    def run(self) -> None:
        inside = self.workers.inside
        with inside.claim(inside.backend, self.loop):
            self.workers.serve(self)


async def _until_shutdown(workers: Workers) -> AsyncGenerator[None, None]:
    """Wait for the end of the event loop: asyncio.run and its like close what is still open."""
    try:
        yield
    finally:
        workers.release()


_open: set[Workers] = set()
"""Those that were not released yet."""


def _release_orphans() -> None:
    """Release those whose loop was closed and not shut down before."""
    for workers in list(_open):
        if workers.is_orphaned():
            workers.release()


def _let_finish() -> None:
    """Before the process ends, and cuts every thread off where it is, let functions return."""
    deadline = monotonic() + EXIT_SECONDS
    threads = [thread for thread in threading.enumerate() if isinstance(thread, _Worker)]
    for thread in threads:
        thread.workers.stop()
    for thread in threads:
        thread.join(max(0.0, deadline - monotonic()))


def _after_fork() -> None:
    for workers in list(_open):
        workers.forget_threads()


atexit.register(_let_finish)
if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=_after_fork)
