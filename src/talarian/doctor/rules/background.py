"""Background tasks that never run."""

import ast
from collections.abc import Iterable, Iterator

from talarian.engine.analyse.plan import CallPlan, Injection

from ..application import Application, Endpoint, injected
from ..finding import Severity
from ..rule import Observation, rule
from ..sources import Function, mentions
from ..syntax import (
    around_yield,
    inside,
    is_name,
    made_response,
    mentioned,
    method_calls,
    raises_http_exception,
    returns,
)

_PAGE = "https://fastapi.tiangolo.com/tutorial/background-tasks/"


@rule("background-tasks-replaced", Severity.ERROR, _PAGE)
def replaced(app: Application) -> Iterator[Observation]:
    """A returned response with tasks of its own keeps those; the injected ones are forgotten."""
    for endpoint, _ in app.http_endpoints:
        names = injected(endpoint.root, Injection.BACKGROUND)
        adder = _adder(app, endpoint)
        function = app.sources.function(endpoint.root.call) if adder is not None else None
        if function is None:
            continue
        for statement, value in returns(function):
            if _has_own_tasks(made_response(function, value), names):
                yield Observation(
                    function.place(statement),
                    f"{endpoint} returns a response with its own `background`: the tasks that "
                    f"{adder} adds to the injected BackgroundTasks never run.",
                    "Add every task to the injected BackgroundTasks, and return the response "
                    "without `background` (or with background=<the injected object>).",
                )


def _adder(app: Application, endpoint: Endpoint) -> str | None:
    """Return the name of a function that adds a task to the injected object for this endpoint."""
    for call in endpoint.root.walk():
        function = _adding(app, call)
        if function is not None:
            names = injected(call, Injection.BACKGROUND)
            if _added(names, function.node.body) is not None:
                return function.name
    return None


def _has_own_tasks(response: ast.Call | None, injected_names: Iterable[str]) -> bool:
    given = response.keywords if response is not None else ()
    return any(
        keyword.arg == "background"
        and not mentioned(keyword.value, injected_names)
        and not (isinstance(keyword.value, ast.Constant) and keyword.value.value is None)
        for keyword in given
    )


@rule("background-tasks-dropped", Severity.WARNING, _PAGE)
def dropped(app: Application) -> Iterator[Observation]:
    """An HTTPException is answered by another response, which knows nothing of the tasks."""
    seen: set[object] = set()
    for endpoint, _ in app.http_endpoints:
        for call in endpoint.root.walk():
            if call.call in seen:
                continue
            seen.add(call.call)
            function = _adding(app, call)
            names = injected(call, Injection.BACKGROUND)
            raised = _raised_after(function, function.node.body, names) if function else None
            if function is not None and raised is not None:
                yield Observation(
                    function.place(raised),
                    f"{function.name} adds a background task and then raises HTTPException: the "
                    "error response replaces the one that would have run the task.",
                    "Return a response that carries the task instead: "
                    "JSONResponse({...}, status_code=..., background=BackgroundTask(...)). "
                    "Or add the task after the last check that may raise.",
                )


def _raised_after(
    function: Function, block: list[ast.stmt], names: list[str], added: bool = False
) -> ast.Raise | None:
    for statement in block:
        if added and (found := raises_http_exception(function, statement)) is not None:
            return found
        if isinstance(statement, ast.Expr):
            added = added or _added(names, [statement]) is not None
        elif isinstance(statement, (ast.If, ast.With, ast.AsyncWith)) and not added:
            found = _raised_after(function, statement.body, names)
            if found is not None:
                return found
    return None


@rule("background-tasks-too-late", Severity.ERROR, _PAGE)
def too_late(app: Application) -> Iterator[Observation]:
    """The tasks have run by the time that a dependency of scope "request" is left."""
    for dependency in app.dependencies:
        if dependency.call.scope != "request":
            continue
        function = _adding(app, dependency.call)
        around = around_yield(function) if function is not None else None
        if function is None or around is None:
            continue
        added = _added(injected(dependency.call, Injection.BACKGROUND), around.after)
        if added is not None:
            yield Observation(
                function.place(added),
                f"{function.name} adds a background task after its `yield`: the response was sent "
                "and its tasks have run by then, so this one never does.",
                f'Add it before `yield`, or use Depends({function.name}, scope="function").',
            )


def _adding(app: Application, call: CallPlan) -> Function | None:
    """Return the function of a call that asks for BackgroundTasks and uses them."""
    if not injected(call, Injection.BACKGROUND) or not mentions(call.call, "add_task"):
        return None
    return app.sources.function(call.call)


def _added(names: Iterable[str], statements: Iterable[ast.AST]) -> ast.expr | None:
    for receiver, method, call in method_calls(inside(statements)):
        if method == "add_task" and is_name(receiver, names):
            return call
    return None
