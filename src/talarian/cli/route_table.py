"""The routes of an application as rows, including those of mounted applications."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any, Literal

from starlette.routing import BaseRoute, Host, Mount, WebSocketRoute

Kind = Literal["http", "websocket", "mount", "host"]


@dataclass(frozen=True)
class Row:
    """One route. ``file`` is relative to the current folder where it lies below it."""

    kind: Kind
    methods: list[str]
    path: str
    name: str | None
    endpoint: str | None
    file: str | None
    line: int | None
    tags: list[str]
    context: Any = field(repr=False)


def rows(routes: Sequence[BaseRoute], prefix: str = "") -> Iterator[Row]:
    """Yield a row for each route, in the order in which they are matched."""
    from talarian.fastapi.routing import iter_route_contexts

    for context in iter_route_contexts(routes):
        row = _row(context, prefix)
        yield row
        if row.kind == "mount":
            below = getattr(context.original_route, "routes", None) or []
            yield from rows(below, row.path)


def _row(context: Any, prefix: str) -> Row:
    endpoint = context.endpoint
    file, line = _place(endpoint) if endpoint is not None else (None, None)
    return Row(
        kind=_kind(context.original_route),
        methods=sorted(context.methods or ()),
        path=prefix + (context.path or ""),
        name=context.name or None,
        endpoint=_dotted_name(endpoint) if endpoint is not None else None,
        file=file,
        line=line,
        tags=[
            str(tag.value if isinstance(tag, Enum) else tag)
            for tag in getattr(context, "tags", None) or ()
        ],
        context=context,
    )


def _kind(route: BaseRoute) -> Kind:
    if isinstance(route, Mount):
        return "mount"
    if isinstance(route, Host):
        return "host"
    return "websocket" if isinstance(route, WebSocketRoute) else "http"


def _definition(endpoint: Callable[..., Any]) -> Any:
    """Return the function or class in which ``endpoint`` is written."""
    while isinstance(endpoint, functools.partial):
        endpoint = endpoint.func
    endpoint = inspect.unwrap(endpoint)
    if inspect.isroutine(endpoint) or inspect.isclass(endpoint):
        return endpoint
    return type(endpoint)


def _dotted_name(endpoint: Callable[..., Any]) -> str:
    definition = _definition(endpoint)
    return f"{definition.__module__}.{definition.__qualname__}"


def _place(endpoint: Callable[..., Any]) -> tuple[str | None, int | None]:
    definition = _definition(endpoint)
    try:
        file = inspect.getsourcefile(definition)
        line = inspect.getsourcelines(definition)[1]
    except (OSError, TypeError):
        return None, None
    if file is None:
        return None, None
    path = Path(file)
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path), line
