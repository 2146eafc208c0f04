"""Plan → a function that answers its requests, made when the first one comes."""

import linecache
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

from pydantic.errors import PydanticUserError

from ..analyse.plan import Injection, Plan
from ..declare.security import header_reader
from ..ground.callables import AnyCallable, CallKind, never_waits
from .emit import emit
from .turn import Answer, Turn
from .verdict import why_interpreted

_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Compiled:
    """A Plan in its compiled form."""

    answer: Callable[[Turn], Awaitable[Answer | None]]
    """Gives the answer; `None` once it has sent it itself."""
    source: str
    status: int
    """Of an answer that is JSON text."""
    reads_body: bool
    hands_out_request: bool
    """Users see the request: what they may expect to find in its scope has to be there."""
    never_waits: bool
    """Nothing in it waits for anything: the answer is there without a turn of the event loop."""
    overridable: frozenset[AnyCallable]
    """The dependencies. If one of them has an override, the Plan has to be interpreted."""


def compile_plan(plan: Plan) -> Compiled | str:
    """Compile a Plan, or say why it has to be interpreted."""
    reason = why_interpreted(plan)
    if reason is not None:
        return reason
    try:
        written = emit(plan)
    except PydanticUserError as error:
        # A model refers to a class that is not there yet. The interpreter will say so, if asked.
        return f"a model is not complete: {error}"
    text = str(written)
    calls = list(plan.root.walk())
    injections = {
        kind for call in calls if not header_reader(call.call) for _, kind in call.injections
    }
    return Compiled(
        answer=_made(text, dict(written.objects), f"<talarian {plan.path} {next(_numbers)}>"),
        source=text,
        status=plan.response.status_code or 200,
        reads_body=plan.body is not None,
        hands_out_request=bool({Injection.REQUEST, Injection.CONNECTION} & injections),
        never_waits=all(call.kind is CallKind.ASYNC and never_waits(call.call) for call in calls),
        overridable=frozenset(call.call for call in calls[1:]),
    )


def _made(
    text: str, names: dict[str, object], filename: str
) -> Callable[[Turn], Awaitable[Answer | None]]:
    exec(compile(text, filename, "exec"), names)
    # So that tracebacks and debuggers show the text; for as long as the process lives, like the
    # text of any other module.
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    answer: Any = names["answer"]
    return answer  # type: ignore[no-any-return]
