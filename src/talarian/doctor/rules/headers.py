"""Headers and cookies that are set and never sent."""

import ast
from collections.abc import Iterator

from talarian.engine.analyse.plan import CallPlan, Injection

from ..application import Application, Endpoint, injected
from ..finding import Severity
from ..rule import Observation, listed, rule
from ..sources import Function
from ..syntax import body, is_name, made_response, mentioned, method_calls, returns

_COOKIES = frozenset({"set_cookie", "delete_cookie"})
_CHANGES = frozenset({"append", "setdefault", "update", "add_vary_header"})


@rule(
    "response-headers-lost",
    Severity.WARNING,
    "https://fastapi.tiangolo.com/advanced/response-headers/",
)
def response_headers_lost(app: Application) -> Iterator[Observation]:
    """What was set on the injected Response is not added to one that the endpoint returns."""
    setters: dict[object, tuple[Function, ast.AST]] = {}
    users: dict[object, list[str]] = {}
    for endpoint, _ in app.http_endpoints:
        calls = [call for call in endpoint.root.walk() if injected(call, Injection.RESPONSE)]
        returned = _returned_response(app, endpoint) if calls else None
        if returned is None:
            continue
        for call in calls:
            if call.call not in setters and (found := _setter(app, call)) is not None:
                setters[call.call] = found
            if call.call in setters:
                users.setdefault(call.call, []).append(f"{endpoint} ({returned})")
    for key, endpoints in users.items():
        function, node = setters[key]
        yield Observation(
            function.place(node),
            f"What {function.name} sets on the injected Response is not sent by "
            f"{listed(endpoints)}: a response that the endpoint returns itself is sent as it is.",
            "Return the data and let the framework make the response, or set the headers on the "
            "response that is returned. For every response, use middleware.",
        )


def _returned_response(app: Application, endpoint: Endpoint) -> str | None:
    """Return where an endpoint returns a response of its own, made without the injected one."""
    function = app.sources.function(endpoint.root.call)
    if function is None:
        return None
    made = (node for node, value in returns(function) if made_response(function, value))
    statement = next(made, None)
    names = injected(endpoint.root, Injection.RESPONSE)
    if statement is None or any(_escapes(node, names) for node in body(function)):
        return None
    return str(function.place(statement))


def _escapes(node: ast.AST, names: list[str]) -> bool:
    """Whether the injected response is handed on here, so that its headers may be copied."""
    match node:
        case ast.Return(value=ast.expr() as value) | ast.Assign(value=value):
            return mentioned(value, names)
        case ast.Call(args=arguments, keywords=keywords):
            given = [*arguments, *(keyword.value for keyword in keywords)]
            return any(mentioned(value, names) for value in given)
        case _:
            return False


def _setter(app: Application, call: CallPlan) -> tuple[Function, ast.AST] | None:
    """Return the function of a call and where in it something is set on the injected response."""
    function = app.sources.function(call.call)
    if function is None:
        return None
    names = injected(call, Injection.RESPONSE)
    for node in body(function):
        if isinstance(node, ast.Attribute | ast.Subscript) and _stores(node, names):
            return function, node
    for receiver, method, node in method_calls(body(function)):
        if (method in _COOKIES and is_name(receiver, names)) or (
            method in _CHANGES and _is_headers(receiver, names)
        ):
            return function, node
    return None


def _stores(node: ast.Attribute | ast.Subscript, names: list[str]) -> bool:
    if isinstance(node.ctx, ast.Load):
        return False
    if isinstance(node, ast.Subscript):
        return _is_headers(node.value, names)
    return node.attr == "status_code" and is_name(node.value, names)


def _is_headers(node: ast.expr, names: list[str]) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "headers" and is_name(node.value, names)
