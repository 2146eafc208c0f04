"""Units of work that may run again: declared with a decorator."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, overload

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from .retries import Attempts, Retries

P = ParamSpec("P")
T = TypeVar("T")


class Idempotent:
    """The decorator that `Database.idempotent` returns.

    Args:
        begin: Opens a unit of work.
        begin_sync: The same for functions that are not async.
        retries: How often, and how long.
    """

    def __init__(
        self,
        begin: Callable[[], AbstractAsyncContextManager[AsyncSession]],
        begin_sync: Callable[[], AbstractContextManager[Session]],
        retries: Retries,
    ) -> None:
        self._begin = begin
        self._begin_sync = begin_sync
        self._retries = retries

    @overload
    def __call__(
        self, work: Callable[Concatenate[AsyncSession, P], Awaitable[T]]
    ) -> Callable[P, Coroutine[Any, Any, T]]: ...

    @overload
    def __call__(self, work: Callable[Concatenate[Session, P], T]) -> Callable[P, T]: ...

    def __call__(self, work: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function without its session, which each attempt gets a new one of."""
        run = self._run_async(work) if inspect.iscoroutinefunction(work) else self._run_sync(work)
        signature = inspect.signature(work)
        rest = list(signature.parameters.values())[1:]
        run.__signature__ = signature.replace(parameters=rest)  # type: ignore[attr-defined]
        return run

    def _run_async(self, work: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(work)
        async def run(*arguments: Any, **named: Any) -> Any:
            attempts = Attempts(self._retries)
            while True:
                try:
                    async with self._begin() as session:
                        return await work(session, *arguments, **named)
                except SQLAlchemyError as error:
                    pause = attempts.pause_after(error)
                await asyncio.sleep(pause)

        return run

    def _run_sync(self, work: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(work)
        def run(*arguments: Any, **named: Any) -> Any:
            attempts = Attempts(self._retries)
            while True:
                try:
                    with self._begin_sync() as session:
                        return work(session, *arguments, **named)
                except SQLAlchemyError as error:
                    pause = attempts.pause_after(error)
                time.sleep(pause)

        return run
