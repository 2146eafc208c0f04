"""Plan → the text of one function that answers its requests.

The text is what a careful person would write by hand: values read and validated one after the
other, dependencies called in their order, those that yield as blocks around the rest. It is meant
to be read, in a traceback or with `talarian routes APP --explain PATH`. Nothing is decided here:
what the Plan says is written down. The function takes a `Turn` and gives an `Answer`, or `None`
when it has sent the answer itself because dependencies were still open.

What does not fit is none of its business: it hands the request over to the interpreter, together
with the dependencies that have run, and the interpreter says what is wrong.
"""

from contextlib import contextmanager as as_context_manager
from typing import Any

from pydantic import ValidationError
from starlette.responses import Response

from ..analyse.plan import CacheKey, CallPlan, Injection, Plan
from ..declare.security import SecurityScopes, header_reader
from ..fields.field import Field
from ..fields.plain import plain_json
from ..ground.callables import CallKind
from ..ground.concurrency import contextmanager_in_threadpool
from . import finish
from .opened import Opened
from .parameters import ParameterEmitter
from .source import Source
from .stacked import Stacked, swallowed
from .verdict import opened_in_order


def emit(plan: Plan) -> Source:
    """Write the function `answer(x)` of a Plan."""
    emitter = _Emitter(plan)
    emitter.function()
    return emitter.source


_OWN_VARIABLES = (
    *("x", "body", "cleanup", "error", "query", "headers", "cookies", "reply"),
    *("result", "value", "wrong"),
)


class _Emitter:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.source = Source(*_OWN_VARIABLES)
        self.solved: list[tuple[str, str]] = []
        """Names of dependencies that have run, and of the variables with what they gave."""
        self.cache: dict[CacheKey, str] = {}
        self.opened = opened_in_order(plan.root)
        self.request_scope_is_open = False
        self.function_scope_is_open = False
        self.loop_depth: int | None = None
        self.scope: str | None = None
        injections = {kind for call in plan.root.walk() for _, kind in call.injections}
        self.collects = bool(injections & {Injection.RESPONSE, Injection.BACKGROUND})
        self.hands_out_request = bool(injections & {Injection.REQUEST, Injection.CONNECTION})
        self.parameters = ParameterEmitter(plan, self.source, self.resume)

    def function(self) -> None:
        source = self.source
        with source.block("async def answer(x):"):
            self.parameters.body()
            self._around(self.opened)
            arguments = self._solve(self.plan.root)
            self._endpoint(arguments)
            if self.opened:
                self._close()

    def _around(self, opened: list[CallPlan]) -> None:
        if any(call.kind is CallKind.ASYNC_GENERATOR for call in opened):
            self.scope = "cleanup"
            self.source.open(f"with x.cleanup({len(opened)}) as {self.scope}:")

    def _close(self) -> None:
        """After all blocks: only a dependency that swallowed an exception lets us come here."""
        if self.loop_depth is not None:
            error = self.source.object("swallowed", swallowed)
            self.source.close(self.loop_depth + 1)
            with self.source.block("if reply is None:"):
                self.source.line(f"raise {error}()")
            self.source.line("break")
            self.source.close(self.loop_depth)
            self.source.line("return await x.send(reply)")
        elif not self.request_scope_is_open:
            self.source.close(1)
            self.source.line("return reply")

    # What leaves the function, from wherever it is.

    def leave(self, answer: str) -> None:
        """Write the way out with an answer: sent while dependencies are open, or returned."""
        if self.loop_depth is not None:
            self.source.line(f"reply = {answer}")
            self.source.line("break")
        elif self.request_scope_is_open:
            self.source.line(f"return await x.send({answer})")
        elif self.function_scope_is_open:
            self.source.line(f"reply = {answer}")
            self.source.line("return reply")
        else:
            self.source.line(f"return {answer}")

    def resume(self) -> None:
        """Write the way out to the interpreter."""
        solved = ", ".join(f"{node}: {value}" for node, value in self.solved)
        inside = ", inside=True" if self.function_scope_is_open else ""
        self.leave(f"await x.resume({{{solved}}}{inside})")

    # Dependencies.

    def _solve(self, call: CallPlan) -> dict[str, str]:
        """Write what gives the arguments of a call: names and expressions."""
        arguments: dict[str, str] = {}
        for dependency in call.dependencies:
            value = self._dependency(dependency)
            self.cache.setdefault(dependency.cache_key, value)
            name = _name(dependency)
            self.solved.append((self.source.object(f"plan_of_{name}", dependency), value))
            if dependency.name is not None:
                arguments[dependency.name] = value
        arguments |= self.parameters.bind(call)
        for name, injection in call.injections:
            arguments[name] = self._injected(injection, call)
        return arguments

    def _dependency(self, call: CallPlan) -> str:
        cached = self.cache.get(call.cache_key) if call.use_cache else None
        if cached is not None and all(below.use_cache for below in _below(call)):
            return cached
        if self.solved:
            with self.source.block("if x.is_overridden:"):  # set by a dependency that has run
                self.resume()
        read = header_reader(call.call)
        if read is not None:
            value = self.source.variable(call.name or _name(call))
            reader = self.source.object(f"read_{_name(call)}", read)
            self.source.line(f"{value} = {reader}(x.authorization)")
            return value
        arguments = self._solve(call)
        if cached is not None:
            return cached
        return self._call(call, arguments)

    def _call(self, call: CallPlan, arguments: dict[str, str]) -> str:
        source = self.source
        function = source.object(_name(call), call.call)
        given = ", ".join(f"{name}={value}" for name, value in arguments.items())
        value = source.variable(call.name or _name(call))
        if call.kind.is_generator and call.scope == "function":
            self._begin_function_scope()
        limit = None
        if call.concurrency is not None:
            limit = f"{source.object('limit', call.concurrency)}.get_semaphore()"
        before = source.depth
        if limit is not None:
            source.open(f"async with {limit}:")
        match call.kind:
            case CallKind.ASYNC_GENERATOR:
                opened = source.object("opened", Opened)
                self._open(f"{opened}({function}({given}), {self.scope})", call, value)
            case CallKind.SYNC_GENERATOR:
                manager = source.object(f"managed_{_name(call)}", as_context_manager(call.call))
                threaded = source.object("in_threads", contextmanager_in_threadpool)
                self._open(f"{threaded}({manager}({given}), x.in_worker)", call, value)
            case CallKind.ASYNC:
                source.line(f"{value} = await {function}({given})")
            case CallKind.SYNC:
                source.line(f"{value} = await x.in_worker({_listed(function, given)})")
        if not call.kind.is_generator:
            source.close(before)
        elif call.scope == "request":
            self.request_scope_is_open = True
        return value

    def _open(self, manager: str, call: CallPlan, value: str) -> None:
        """Write the head of the block of a dependency that yields."""
        if self.hands_out_request:
            manager = f"{self.source.object('stacked', Stacked)}({manager}, x, {call.scope!r})"
        self.source.open(f"async with {manager} as {value}:")

    def _begin_function_scope(self) -> None:
        """Inside dependencies that last longer, a block that is left with the reply in hand.

        A dependency that swallows what is raised after the reply was made does not take it away.
        """
        if self.function_scope_is_open:
            return
        self.function_scope_is_open = True
        self.source.line("reply = None")
        if self.request_scope_is_open:
            self.loop_depth = self.source.depth
            self.source.open("while True:  # left with a reply, once, to send it outside")

    def _injected(self, injection: Injection, call: CallPlan) -> str:
        match injection:
            case Injection.REQUEST | Injection.CONNECTION:
                return "x.request"
            case Injection.WEBSOCKET:
                return "None"
            case Injection.RESPONSE:
                return "x.collector()"
            case Injection.BACKGROUND:
                return "x.tasks()"
            case Injection.SCOPES:
                scopes = self.source.object("SecurityScopes", SecurityScopes)
                return f"{scopes}(scopes={list(call.security_scopes)!r})"

    # The endpoint.

    def _endpoint(self, arguments: dict[str, str]) -> None:
        source, root, response = self.source, self.plan.root, self.plan.response
        function = source.object(_name(root), root.call)
        given = ", ".join(f"{name}={value}" for name, value in arguments.items())
        result = "result"
        writes_json = finish.writes_json(self.plan)
        validated = response.field if writes_json else None
        if root.kind is CallKind.ASYNC:
            source.line(f"{result} = await {function}({given})")
        elif validated is not None and finish.may_validate_in_one_go(self.plan):
            work = source.object(f"validated_{_name(root)}", finish.in_one_go(self.plan))
            source.line(f"{result} = await x.in_worker({_listed(f'{work}, x', given)})")
            self._finished(validated, result, is_validated=True)
            return
        else:
            source.line(f"{result} = await x.in_worker({_listed(function, given)})")
            writes_json = writes_json and validated is None
        if writes_json:
            self._finished(validated, result, is_validated=False)
        else:
            responder = source.object("respond", finish.responder(self.plan))
            self.leave(f"await {responder}(x, {result})")

    def _finished(self, field: Field | None, result: str, *, is_validated: bool) -> None:
        """Write how the result becomes JSON, or is sent as it is if it is a response."""
        if field is None:
            self._untyped(result)
            return
        source = self.source
        written = f"{source.object('to_json', finish.dump(self.plan))}({{}})"
        if self.collects:
            written = f"{source.object('complete', finish.completed(self.plan))}(x, {written})"
        valid = None if is_validated else finish.valid_results(field)
        if valid is not None:
            with source.block(f"if type({result}) is {source.object('model', valid)}:"):
                self.leave(written.format(result))
        self._if_response(result)
        if not is_validated:
            self._validated(field, result)
            result = "value"
        self.leave(written.format(result))

    def _untyped(self, result: str) -> None:
        source = self.source
        if not self.collects:
            source.line(f"value = {source.object('plain_json', plain_json)}({result})")
            with source.block("if value is not None:"):
                self.leave("value")
        self._if_response(result)
        self.leave(f"{source.object('encoded', finish.untyped(self.plan))}(x, {result})")

    def _if_response(self, result: str) -> None:
        source = self.source
        with source.block(f"if isinstance({result}, {source.object('Response', Response)}):"):
            if self.collects:
                returned = source.object("returned", finish.returned)
                self.leave(f"{returned}(x, {result})")
            else:
                self.leave(result)

    def _validated(self, field: Field, result: str) -> None:
        source = self.source
        validate = source.object("validate_result", field.validator.validate_python)
        unfit = source.object("unfit", finish.unfit(self.plan))
        invalid = source.object("ValidationError", ValidationError)
        with source.block("try:"):
            source.line(f"value = {validate}({result}, from_attributes=True)")
        with source.block(f"except {invalid} as error:"):
            source.line(f"raise {unfit}(x, {result}, error) from None")


def _below(call: CallPlan) -> list[CallPlan]:
    return [below for dependency in call.dependencies for below in dependency.walk()]


def _listed(*arguments: str) -> str:
    return ", ".join(filter(None, arguments))


def _name(call: CallPlan) -> str:
    """What the function of a call is called, as far as Python can say it as a name."""
    function: Any = call.call
    name = getattr(function, "__name__", None) or type(function).__name__
    return name if name.isidentifier() else "dependency"
