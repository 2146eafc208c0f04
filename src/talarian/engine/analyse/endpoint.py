"""A declared endpoint becomes a Plan."""

import inspect
from collections.abc import Iterable

from ..declare.declaration import Declaration
from ..declare.depends import Depends
from ..ground.callables import AnyCallable
from ..ground.errors import EndpointContext
from ..ground.sentinels import DefaultPlaceholder
from .bodies import plan_body
from .calls import analyse_call, with_dependencies
from .plan import CallPlan, Plan
from .reading import innermost
from .responses import plan_response


def plan_endpoint(declaration: Declaration, path_format: str, unique_id: str) -> Plan:
    """Take every decision about an HTTP endpoint.

    Args:
        declaration: What the user said, inclusions applied.
        path_format: The path template without convertors.
        unique_id: The operation's id, which names the schemas made for it.
    """
    root = _analyse_endpoint(declaration.endpoint, path_format, declaration.dependencies)
    strict = declaration.strict_content_type
    return Plan(
        path=path_format,
        root=root,
        body=plan_body(root, unique_id),
        response=plan_response(declaration, root.kind, unique_id),
        unique_id=unique_id,
        strict_content_type=strict.value if isinstance(strict, DefaultPlaceholder) else strict,
        max_body_size=declaration.max_body_size,
        form_limits=declaration.form_limits,
        context=endpoint_context(declaration.endpoint),
    )


def plan_websocket(
    endpoint: AnyCallable, path_format: str, dependencies: Iterable[Depends]
) -> CallPlan:
    """Take every decision about a WebSocket endpoint."""
    return _analyse_endpoint(endpoint, path_format, dependencies)


def _analyse_endpoint(
    endpoint: AnyCallable, path_format: str, dependencies: Iterable[Depends]
) -> CallPlan:
    return with_dependencies(analyse_call(endpoint, path_format, depends=_OWN), dependencies)


# An endpoint ends before the response is sent; dependencies of that scope are open to it.
_OWN = Depends(scope="function")


def endpoint_context(endpoint: AnyCallable) -> EndpointContext:
    """Where an endpoint is written: shown in the text of validation errors."""
    function = innermost(endpoint)
    code = getattr(function, "__code__", None)
    context: EndpointContext = {"function": getattr(function, "__name__", repr(function))}
    if code is not None:
        file: str = code.co_filename
        # Asking the file system is slow, and sources are where their code says.
        is_source = file.endswith(".py")
        context["file"] = file if is_source else inspect.getsourcefile(function) or file
        context["line"] = code.co_firstlineno
    return context
