"""Strategies: routes of every shape, whose parts write down what happens to them."""

import inspect
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from functools import partial
from typing import Annotated, Any

from hypothesis import reject, strategies as st
from pydantic import AliasChoices
from starlette.background import BackgroundTasks
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from talarian.engine.app.route import Route
from talarian.engine.declare.depends import Depends, Security
from talarian.engine.declare.params import Body, Cookie, Header, Path, Query
from talarian.engine.declare.security import SecurityScopes
from talarian.engine.fields.shapes import is_scalar
from talarian.engine.ground.errors import DependencyScopeError

from .kinds import BODIES, LISTS, MODELS, SCALARS, Kind
from .parts import ERRORS, GENERATORS, Form, Log, Part, played
from .results import MODELS as RESPONSE_MODELS, RESULTS

PATHS = ("/r", "/r/{item_id}", "/r/{item_id:int}", "/r/{self}/{type:path}", "/r/{item_id:float}/x")
PATH_NAMES = ("item_id", "self", "type")

# Some are names that the generated code uses itself, or that Python does.
NAMES: tuple[str, ...] = (
    *("x", "body", "result", "value", "error", "wrong", "id", "cleanup", "query", "headers"),
    *("cookies", "reply", "answer", "found", "item", "user_agent", "é", "_", "isinstance"),
    *("call", "begun", "plan", "args", "self_", "kwargs"),
)

FORMS: tuple[Form, ...] = (
    *("async", "async", "sync", "async generator", "async generator"),
    *("generator", "class", "instance", "partial", "lambda"),
)

_MARKERS: dict[str, Callable[..., Any]] = {"query": Query, "header": Header, "cookie": Cookie}
_PATH_KINDS = [kind for kind in SCALARS if is_scalar(kind.annotation)]
_INJECTED = (Request, HTTPConnection, Response, BackgroundTasks, SecurityScopes)


@dataclass
class Declared:
    """A route, where it writes down what happens, and the types its values have."""

    route: Route
    log: Log
    kinds: dict[str, list[Kind]]
    """By the name of the parameter."""
    shown: list[str] = field(default_factory=list[str])

    def __repr__(self) -> str:
        return "\n".join(["Declared", *self.shown])


class _Declaring:
    """Draws one route."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.log = Log()
        self.kinds: dict[str, list[Kind]] = {}
        self.calls: list[tuple[Callable[..., Any], Part]] = []
        self.shown: list[str] = []
        self.path: str = draw(st.sampled_from(PATHS))
        self.takes_body = draw(st.booleans())

    def pick(self, *values: Any) -> Any:
        return self.draw(st.sampled_from(values))

    def route(self) -> Declared:
        for number in range(self.draw(st.integers(0, 4))):
            part = self.part(f"dependency {number}", self.pick(*FORMS))
            self.calls.append((played(part, self.log), part))
        form = self.pick("async", "async", "sync", "instance", "partial", "lambda")
        result = self.draw(st.sampled_from(RESULTS))
        endpoint = played(self.part("endpoint", form), self.log, lambda: result(self.log))
        extra = [self.depends() for _ in range(self.draw(st.integers(0, 1)))] if self.calls else []
        options = self.options()
        self.shown.append(f"{self.path} result={result(self.log)!r} {options}, {extra}")
        try:
            route = Route(self.path, endpoint, methods=["POST"], dependencies=extra, **options)
        except DependencyScopeError:
            reject()
        return Declared(route, self.log, self.kinds, self.shown)

    def options(self) -> dict[str, Any]:
        options: dict[str, Any] = {"status_code": self.pick(None, None, 200, 201, 204, 418)}
        if options["status_code"] != 204 and self.draw(st.booleans()):
            options["response_model"] = self.draw(st.sampled_from(RESPONSE_MODELS))
            for name in ("exclude_unset", "exclude_defaults", "exclude_none"):
                options[f"response_model_{name}"] = self.pick(False, False, True)
            options["response_model_by_alias"] = self.pick(True, True, False)
            options["response_model_include"] = self.pick(None, None, None, {"name"})
            options["response_model_exclude"] = self.pick(None, None, None, {"price", "x"})
        else:
            options["response_model"] = None
        if self.pick(False, False, False, True):
            options["response_class"] = self.pick(JSONResponse, HTMLResponse)
        if self.pick(False, False, True):
            options["strict_content_type"] = self.pick(True, False)
        return options

    def part(self, label: str, form: Form) -> Part:
        names = self.draw(st.lists(st.sampled_from(NAMES + PATH_NAMES), max_size=4, unique=True))
        parameters = [self.parameter(name) for name in names]
        if self.calls:
            for number in range(self.draw(st.integers(0, 2))):
                parameters.append(_keyword(f"dep_{number}", default=self.depends()))
        part = Part(
            label=label,
            form=form,
            parameters=tuple(parameters),
            fails=self.pick("never", "never", "never", "first", "last"),
            error=self.pick(*ERRORS),
            on_error=self.pick("pass", "pass", "pass", "swallow", "replace"),
            yields=self.pick(1, 1, 1, 1, 1, 1, 0, 2) if form in GENERATORS else 1,
            status=self.pick(None, None, 202, 204),
            failing_task=self.pick(False, False, False, True),
        )
        self.shown.append(str(part))
        return part

    def depends(self) -> Depends:
        call, part = self.pick(*self.calls)
        scope = self.pick(None, "request", "function") if part.form in GENERATORS else None
        cached = self.pick(True, True, True, False)
        if self.pick(False, False, False, True):
            return Security(call, use_cache=cached, scope=scope, scopes=[self.pick("a", "b")])
        # Never fewer than may be open in one request, which would wait for itself.
        limit = self.pick(None, None, None, 1000)
        depends = Depends(call, use_cache=cached, scope=scope, max_concurrency=limit)
        if depends.concurrency is not None:
            self.log.limits.append(depends.concurrency)
        return depends

    def parameter(self, name: str) -> inspect.Parameter:
        if f"{{{name}" in self.path:
            return self.path_parameter(name)
        # Several body fields are a model of pydantic's, which has no private ones.
        bodies = ["body"] * 3 if self.takes_body and name != "_" else []
        place = self.pick(*_MARKERS, *_MARKERS, "injected", *bodies)
        if place == "injected":
            return _keyword(name, annotation=self.pick(*_INJECTED))
        if place == "body":
            return self.body_parameter(name)
        lists = LISTS if place != "cookie" else SCALARS
        kinds: tuple[Kind, ...] = self.pick(SCALARS, SCALARS, lists, MODELS)
        kind = self.draw(st.sampled_from(kinds))
        if kind in MODELS:
            self.kinds.setdefault(name, []).append(kind)
            optional = self.pick(False, True)
            annotation: Any = kind.annotation | None if optional else kind.annotation
            marked: Any = Annotated[annotation, _MARKERS[place]()]
            default = None if optional else inspect.Parameter.empty
            return _keyword(name, annotation=marked, default=default)
        return self.marked(name, kind, _MARKERS[place])

    def path_parameter(self, name: str) -> inspect.Parameter:
        kind = self.draw(st.sampled_from(_PATH_KINDS))
        self.kinds.setdefault(name, []).append(kind)
        plain: Any = kind.annotation
        marked = self.pick(plain, Annotated[plain, Path()])
        return _keyword(name, annotation=marked)

    def body_parameter(self, name: str) -> inspect.Parameter:
        kind = self.draw(st.sampled_from(BODIES))
        embed: dict[str, Any] = {"embed": True} if self.pick(False, False, False, True) else {}
        return self.marked(name, kind, partial(Body, **embed))

    def marked(self, name: str, kind: Kind, marker: Callable[..., Any]) -> inspect.Parameter:
        self.kinds.setdefault(name, []).append(kind)
        keywords: dict[str, Any] = {}
        if alias := self.pick(None, None, "Alias-Name", "wrong", AliasChoices("first", "Second")):
            keywords["validation_alias" if isinstance(alias, AliasChoices) else "alias"] = alias
        if self.pick(False, False, False, True):
            keywords["validate_default"] = True
        default: Any = inspect.Parameter.empty
        if kind.defaults and self.pick(False, True):
            default = self.draw(st.sampled_from(kind.defaults))
            if self.pick(False, False, True):
                made, default = default, inspect.Parameter.empty
                keywords["default_factory"] = lambda: deepcopy(made)
        if self.draw(st.booleans()):
            annotation: Any = Annotated[kind.annotation, marker(**keywords)]
            return _keyword(name, annotation=annotation, default=default)
        given: tuple[Any, ...] = () if default is inspect.Parameter.empty else (default,)
        return _keyword(name, annotation=kind.annotation, default=marker(*given, **keywords))


def _keyword(
    name: str, *, annotation: Any = inspect.Parameter.empty, default: Any = inspect.Parameter.empty
) -> inspect.Parameter:
    kind = inspect.Parameter.KEYWORD_ONLY
    return inspect.Parameter(name, kind, annotation=annotation, default=default)


@st.composite
def declared(draw: st.DrawFn) -> Declared:
    """A route with up to four dependencies."""
    return _Declaring(draw).route()
