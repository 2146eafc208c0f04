"""Start-up code that never runs."""

import inspect
from collections.abc import Iterator
from typing import Any

from starlette.applications import Starlette
from starlette.routing import Router as StarletteRouter

from talarian.engine.app.router import Router
from talarian.engine.serve.lifespan import merged

from ..application import Application
from ..finding import Severity
from ..rule import CannotTell, Observation, rule
from ..sources import mentions, place_of

# What a router has when nobody gave it a lifespan.
_DEFAULTS = {type(router.lifespan_context) for router in (StarletteRouter(), Router())}


@rule("on-event-ignored", Severity.ERROR, "https://fastapi.tiangolo.com/advanced/events/")
def on_event_ignored(app: Application) -> Iterator[Observation]:
    """A lifespan takes the place of the start-up and shutdown handlers."""
    router = app.app.router
    handlers = [*router.on_startup, *router.on_shutdown]
    if not handlers or type(router.lifespan_context) in _DEFAULTS:
        return
    if inspect.unwrap(router.lifespan_context).__module__ == merged.__module__:
        raise CannotTell("the lifespans of included routers are merged with the application's own")
    if mentions(router.lifespan_context, "lifespan"):
        raise CannotTell("the application's lifespan may run another one, with the handlers")
    for handler in handlers:
        event = "startup" if handler in router.on_startup else "shutdown"
        yield Observation(
            place_of(handler),
            f"The {event} handler {_name(handler)} never runs: the application has `lifespan=`, "
            "and then `on_event` handlers are ignored.",
            f"Move the body of {_name(handler)} into the lifespan function, "
            f"{'before' if event == 'startup' else 'after'} its `yield`.",
        )


@rule(
    "mounted-lifespan-ignored",
    Severity.ERROR,
    "https://fastapi.tiangolo.com/advanced/events/#sub-applications",
)
def mounted_lifespan_ignored(app: Application) -> Iterator[Observation]:
    """Only the lifespan of the outermost application is run by the server."""
    outer = app.app.router.lifespan_context
    # Whoever enters the mounted application's lifespan himself does it in his own.
    if mentions(outer, "lifespan"):
        return
    for path, inner in app.mounted:
        if not _has_lifespan(inner) or _same(outer, inner.router.lifespan_context):
            continue
        yield Observation(
            _place(inner) or app.place_of_mention("mount"),
            f"The application mounted at {path or '/'} has start-up or shutdown code of its own, "
            "which never runs: only the outermost application's lifespan does.",
            "Enter it in the outer lifespan: "
            "`async with inner.router.lifespan_context(inner): yield`.",
        )


def _has_lifespan(app: Starlette) -> bool:
    router = app.router
    handlers = [*getattr(router, "on_startup", ()), *getattr(router, "on_shutdown", ())]
    return bool(handlers) or type(router.lifespan_context) not in _DEFAULTS


def _same(one: Any, other: Any) -> bool:
    return bool(inspect.unwrap(one) == inspect.unwrap(other))


def _place(app: Starlette) -> Any:
    router = app.router
    if type(router.lifespan_context) not in _DEFAULTS:
        return place_of(router.lifespan_context)
    return place_of([*getattr(router, "on_startup", ()), *getattr(router, "on_shutdown", ())][0])


def _name(handler: Any) -> str:
    return getattr(handler, "__name__", None) or type(handler).__name__
