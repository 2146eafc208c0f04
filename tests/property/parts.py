"""Endpoints and dependencies that write down what happens to them."""

import functools
import inspect
import re
import sys
import threading
from collections.abc import AsyncGenerator, Callable, Generator
from contextvars import ContextVar
from dataclasses import dataclass, field, is_dataclass
from typing import Any, Literal

import anyio
from pydantic import BaseModel
from starlette.background import BackgroundTasks
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.requests import Request
from starlette.responses import Response

from talarian.engine.declare.security import SecurityScopes
from talarian.engine.ground.concurrency import DependencyConcurrency
from talarian.engine.ground.errors import HTTPException

Form = Literal[
    "async", "sync", "async generator", "generator", "class", "instance", "partial", "lambda"
]
GENERATORS: tuple[Form, ...] = ("async generator", "generator")

LAST: ContextVar[str] = ContextVar("last", default="nobody")
"""The part that began last, as far as context variables carry it."""


class Handled(Exception):
    """The application has a handler for it."""


ERRORS: dict[str, Callable[[], Exception]] = {
    "http": lambda: HTTPException(418, {"why": "tea"}, headers={"x-error": "yes"}),
    "starlette": lambda: StarletteHTTPException(404),
    "no content": lambda: HTTPException(304),
    "handled": lambda: Handled("of the application"),
    "runtime": lambda: RuntimeError("nobody handles this"),
    "key": lambda: KeyError("key"),
    "stop": lambda: StopAsyncIteration("stop"),
    "group": lambda: ExceptionGroup("group", [ValueError("inner")]),
}


@dataclass
class Log:
    """What happened while one request was answered."""

    events: list[Any] = field(default_factory=list[Any])
    limits: list[DependencyConcurrency] = field(default_factory=list[DependencyConcurrency])
    loop_thread: int = 0

    def note(self, label: str, what: str, detail: Any = None) -> None:
        in_loop = threading.get_ident() == self.loop_thread
        free = [limit.get_semaphore().value for limit in self.limits] if in_loop else None
        where = "loop" if in_loop else "worker"
        self.events.append((label, what, shown(detail), where, LAST.get(), free))

    def times(self, label: str, what: str) -> int:
        return sum(event[:2] == (label, what) for event in self.events)


@dataclass(frozen=True)
class Part:
    """An endpoint or dependency, and how it behaves."""

    label: str
    form: Form
    parameters: tuple[inspect.Parameter, ...] = ()
    fails: Literal["never", "first", "last"] = "never"
    error: str = "runtime"
    on_error: Literal["pass", "swallow", "replace"] = "pass"
    yields: int = 1
    status: int | None = None
    """For the response of the request, if the part is given one."""
    failing_task: bool = False


class Player:
    """A part in action.

    Args:
        part: The part.
        log: Where it writes.
        give: Makes what the part returns or yields.
    """

    def __init__(self, part: Part, log: Log, give: Callable[[], Any] | None = None) -> None:
        self.part = part
        self.log = log
        self._give = give

    def begin(self, values: dict[str, Any]) -> None:
        part = self.part
        self.log.note(part.label, "begins", values)
        if (meant_for_others := sys.exc_info()[0]) is not None:
            self.log.note(part.label, "begins inside of", meant_for_others.__name__)
        LAST.set(part.label)
        for value in values.values():
            self._use(value)
        if part.fails == "first":
            raise ERRORS[part.error]()

    def begins(self, values: dict[str, Any]) -> bool:
        """As `begin`, for an expression."""
        self.begin(values)
        return True

    def give(self) -> Any:
        if self._give is not None:
            return self._give()
        return f"{self.part.label} {self.log.times(self.part.label, 'begins')}"

    def end(self) -> None:
        self.log.note(self.part.label, "ends")
        if self.part.fails == "last":
            raise ERRORS[self.part.error]()

    def met(self, error: BaseException) -> None:
        """Return for an exception that is swallowed."""
        self.log.note(self.part.label, "meets", anonymous(repr(error)))
        if self.part.on_error == "replace":
            raise ERRORS[self.part.error]() from error
        if self.part.on_error == "pass":
            raise error

    async def pause(self, values: dict[str, Any]) -> None:
        await anyio.sleep(0)
        for value in values.values():
            if isinstance(value, Request):
                self.log.note(self.part.label, "reads", await value.body())

    def _use(self, value: Any) -> None:
        label = self.part.label
        if isinstance(value, Request):
            value.seen_by = label  # type: ignore[attr-defined]
        elif isinstance(value, dict):
            value["touched"] = label  # others may share it
        elif isinstance(value, Response):
            value.headers.append("x-part", label)
            value.set_cookie("part", label)
            if self.part.status is not None:
                value.status_code = self.part.status
        elif isinstance(value, BackgroundTasks):
            value.add_task(self._task, "blocking")
            value.add_task(self._async_task, "waiting", fails=self.part.failing_task)

    def _task(self, name: str) -> None:
        self.log.note(self.part.label, "works", name)

    async def _async_task(self, name: str, *, fails: bool) -> None:
        await anyio.sleep(0)
        self.log.note(self.part.label, "works", name)
        if fails:
            raise ERRORS[self.part.error]()


def played(part: Part, log: Log, give: Callable[[], Any] | None = None) -> Callable[..., Any]:
    """A callable that plays `part`."""
    call = _FORMS[part.form](Player(part, log, give))
    if not isinstance(call, functools.partial):
        call.__signature__ = inspect.Signature(part.parameters)  # type: ignore[attr-defined]
        return call
    call.func.__signature__ = inspect.Signature(part.parameters)  # type: ignore[attr-defined]
    return call


def _async(player: Player) -> Callable[..., Any]:
    async def coroutine(**values: Any) -> Any:
        player.begin(values)
        await player.pause(values)
        player.end()
        return player.give()

    return coroutine


def _sync(player: Player) -> Callable[..., Any]:
    def function(**values: Any) -> Any:
        player.begin(values)
        player.end()
        return player.give()

    return function


def _lambda(player: Player) -> Callable[..., Any]:
    return lambda **values: player.give() if player.begins(values) else None


def _async_generator(player: Player) -> Callable[..., Any]:
    async def generator(**values: Any) -> AsyncGenerator[Any, None]:
        player.begin(values)
        await player.pause(values)
        try:
            for _ in range(player.part.yields):
                yield player.give()
        except Exception as error:
            player.met(error)
        finally:
            await anyio.sleep(0)
            player.end()

    return generator


def _generator(player: Player) -> Callable[..., Any]:
    def generator(**values: Any) -> Generator[Any, None, None]:
        player.begin(values)
        try:
            for _ in range(player.part.yields):
                yield player.give()
        except Exception as error:
            player.met(error)
        finally:
            player.end()

    return generator


def _class(player: Player) -> Callable[..., Any]:
    class Made:
        def __init__(self, /, **values: Any) -> None:
            player.begin(values)
            player.end()

    return Made


class _Instance:
    def __init__(self, player: Player) -> None:
        self._play = _async(player)

    async def __call__(self, /, **values: Any) -> Any:
        return await self._play(**values)


def _partial(player: Player) -> Callable[..., Any]:
    return functools.partial(_async(player))


_FORMS: dict[str, Callable[[Player], Callable[..., Any]]] = {
    "async": _async,
    "sync": _sync,
    "async generator": _async_generator,
    "generator": _generator,
    "class": _class,
    "instance": _Instance,
    "partial": _partial,
    "lambda": _lambda,
}


def anonymous(text: str) -> str:
    """A text without the addresses of objects in it."""
    return re.sub("0x[0-9a-f]+", "0x", text)


def shown(value: Any) -> Any:
    """A value with its types, in a form that can be compared and read."""
    if isinstance(value, BaseModel):
        extra = shown(value.model_extra)
        return type(value).__name__, shown(dict(value)), sorted(value.model_fields_set), extra
    if is_dataclass(value) and not isinstance(value, type):
        return type(value).__name__, shown(vars(value))
    if isinstance(value, dict):
        return {key: shown(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value).__name__, [shown(item) for item in value]
    if isinstance(value, set | frozenset):
        return type(value).__name__, sorted(map(repr, value))
    if isinstance(value, Request):
        return "request", value.method, value.url.path, sorted(value.scope)
    if isinstance(value, Response):
        return "response", value.status_code, value.headers.raw
    if isinstance(value, BackgroundTasks):
        return "tasks", len(value.tasks)
    if isinstance(value, SecurityScopes):
        return "scopes", value.scopes
    return type(value).__name__, anonymous(repr(value))
