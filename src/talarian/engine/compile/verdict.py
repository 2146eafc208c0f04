"""Whether a Plan is compiled, and if not, why: the reasons are for people."""

from collections.abc import Iterator

from ..analyse.plan import CallPlan, Plan

_DEEPEST = 16
"""Python allows twenty blocks inside each other; the endpoint's own are among them."""


def why_interpreted(plan: Plan) -> str | None:
    """Return why a Plan has to be interpreted, or `None` if it can be compiled."""
    if plan.response.stream is not None:
        return "the endpoint yields: its answer is a stream"
    if plan.body is not None and plan.body.form:
        return "the body is a form"
    for name in _header_names(plan):
        if not _is_latin(name):
            return f"no request can have a header named {name!r}: names are Latin-1 at most"
    opened = opened_in_order(plan.root)
    scopes = [call.scope for call in opened]
    if "request" in scopes[scopes.index("function") :] if "function" in scopes else False:
        return (
            'a dependency of scope "function" opens before one of scope "request", '
            "and closes before it, too"
        )
    if len(opened) + sum(call.concurrency is not None for call in opened) > _DEEPEST:
        return f"dependencies that yield would be more than {_DEEPEST} blocks inside each other"
    return None


def _header_names(plan: Plan) -> Iterator[str]:
    for call in plan.root.walk():
        for field in call.header_params:
            yield from field.names


def _is_latin(name: str) -> bool:
    try:
        name.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True


def opened_in_order(root: CallPlan) -> list[CallPlan]:
    """The dependencies that yield, in the order in which they open."""
    opened: list[CallPlan] = []
    known: set[object] = set()

    def visit(call: CallPlan) -> None:
        for dependency in call.dependencies:
            visit(dependency)
            if dependency.use_cache and dependency.cache_key in known:
                continue
            known.add(dependency.cache_key)
            if dependency.kind.is_generator:
                opened.append(dependency)

    visit(root)
    return opened
