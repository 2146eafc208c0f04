"""The compiled form of a Plan: what it knows of itself, and that people can read it."""

import asyncio
import functools
import linecache
import traceback
from collections.abc import AsyncGenerator, Callable, Generator
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote

import pytest
from pydantic import AfterValidator, BaseModel
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from talarian.engine.app.application import Talarian
from talarian.engine.app.route import Route
from talarian.engine.compile.build import Compiled, compile_plan
from talarian.engine.declare.depends import Depends
from talarian.engine.declare.param_functions import Query
from tests.unit.engine.app.helpers import call


class Item(BaseModel):
    name: str


class Waiting(BaseModel):
    """Refers to a class that is nowhere."""

    other: "NotThere"  # type: ignore[name-defined]  # noqa: F821


def compiled(endpoint: Callable[..., Any], path: str = "/", **options: Any) -> Compiled:
    found = compile_plan(Route(path, endpoint, **options).plan)
    assert isinstance(found, Compiled), found
    return found


def test_what_is_known_before_the_first_request() -> None:
    def endpoint() -> None: ...

    facts = compiled(endpoint)
    assert (facts.status, facts.reads_body, facts.hands_out_request) == (200, False, False)
    assert (facts.never_waits, facts.overridable) == (False, frozenset())
    assert compiled(endpoint, status_code=201).status == 201


def test_who_reads_the_body_and_who_sees_the_request() -> None:
    def with_body(item: Item) -> None: ...
    def with_request(request: Request) -> None: ...
    def with_connection(connection: HTTPConnection) -> None: ...
    def below(value: Annotated[None, Depends(with_request)]) -> None: ...
    def with_response(response: Response) -> None: ...

    assert compiled(with_body, methods=["POST"]).reads_body
    seen = (with_request, with_connection, below)
    assert all(compiled(endpoint).hands_out_request for endpoint in seen)
    assert not compiled(with_response).hands_out_request


def test_what_never_waits() -> None:
    async def opened() -> AsyncGenerator[None, None]:
        yield

    async def at_once() -> int:
        return 1

    async def waiting() -> None:
        await asyncio.sleep(0)

    async def plain(value: Annotated[int, Depends(at_once)]) -> None: ...
    async def waits(value: Annotated[None, Depends(waiting)]) -> None: ...
    async def lasting(value: Annotated[None, Depends(opened)]) -> None: ...
    async def enters() -> None:
        async with asyncio.Lock():
            pass

    def threaded() -> None: ...

    assert compiled(plain).never_waits
    assert not any(compiled(one).never_waits for one in (waits, lasting, enters, threaded))


def test_every_dependency_may_be_overridden_and_the_endpoint_may_not() -> None:
    def inner() -> None: ...
    def outer(value: Annotated[None, Depends(inner)]) -> None: ...
    def endpoint(value: Annotated[None, Depends(outer)]) -> None: ...
    def extra() -> None: ...

    found = compiled(endpoint, dependencies=[Depends(extra)])
    assert found.overridable == {inner, outer, extra}


def test_a_model_that_is_not_complete_is_a_reason() -> None:
    def endpoint(waiting: Waiting) -> None: ...

    reason = compile_plan(Route("/", endpoint, methods=["POST"]).plan)
    assert isinstance(reason, str)
    assert reason.startswith("a model is not complete: ")


def test_the_text_is_a_function_that_people_can_read() -> None:
    def session() -> str:
        return "session"

    def read(item_id: int, db: Annotated[str, Depends(session)], q: str | None = None) -> None: ...

    text = compiled(read, "/items/{item_id}").source
    assert text.startswith("async def answer(x):\n    db = await x.in_worker(_session)\n")
    assert "item_id = x.path_params.get('item_id')" in text
    assert "q = query.get('q')" in text
    assert "await x.in_worker(_read, db=db, item_id=item_id, q=q)" in text


def test_tracebacks_show_the_text() -> None:
    app = Talarian()

    @app.get("/fail/{number}")
    async def failing(number: int) -> None:
        raise LookupError(number)

    with pytest.raises(LookupError) as caught:
        call(app, "/fail/3")
    frames = traceback.extract_tb(caught.value.__traceback__)
    generated = next(frame for frame in frames if frame.filename.startswith("<talarian "))
    assert "/fail/{number}" in generated.filename
    assert generated.line == "result = await _failing(number=number)"
    linecache.checkcache()  # as debuggers and doctests do
    assert linecache.getline(generated.filename, generated.lineno or 0).strip() == generated.line


def test_two_endpoints_at_one_path_have_a_text_each() -> None:
    def first(a: int) -> None: ...
    def second(b: int) -> None: ...

    names = {compiled(each).answer.__code__.co_filename for each in (first, second)}
    assert len(names) == 2
    shown = ["".join(linecache.getlines(name)) for name in names]
    assert sorted("query.get('a')" in text for text in shown) == [False, True]


# Names that the text uses itself, Python's builtins and what methods of the engine call theirs.
NAMES = [
    *("x", "self", "body", "result", "value", "error", "wrong", "id", "type", "cleanup", "query"),
    *("headers", "cookies", "reply", "answer", "found", "isinstance", "print", "_", "__debug", "é"),
    *("_ValidationError", "_named", "match", "args", "kwargs", "arguments", "named", "job"),
    *("call", "begun"),
]
KINDS = {
    "async": "async def named({0}, {1}: int): return [{0}, {1}]",
    "sync": "def named({0}, {1}: int): return [{0}, {1}]",
    "sync with model": "def named({0}, {1}: int) -> list[int]: return [{0}, {1}]",
}


def named(kind: str, name: str, annotation: Any) -> Callable[..., Any]:
    """A function with a parameter of this name."""
    other = "other" if name != "other" else "one"
    names: dict[str, Any] = {}
    exec(KINDS[kind].format(name, other), names)
    function: Callable[..., Any] = names["named"]
    function.__annotations__[name] = annotation
    return function


def answers_with(kind: str, name: str) -> list[str]:
    """Of an endpoint with such a parameter, of one that depends on it, of one that is given it."""
    app = Talarian()
    dependency = named(kind, name, int)
    app.get("/own")(dependency)

    @app.get("/below")
    async def below(found: Annotated[list[int], Depends(dependency)]) -> list[int]:
        return found

    app.get("/given")(named(kind, name, Annotated[int, Depends(lambda: 1)]))
    query = f"?{quote(name)}=1&other=2"
    return [call(app, path + query)[2] for path in ("/own", "/below", "/given")]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", KINDS)
def test_parameters_may_have_any_name(kind: str, name: str) -> None:
    assert answers_with(kind, name) == ["[1,2]"] * 3


FUNCTION_NAMES = ["answer", "ValidationError", "Response", "to_json", "class", "x", "é", "1st"]


@pytest.mark.parametrize("name", FUNCTION_NAMES)
def test_functions_may_have_any_name(name: str) -> None:
    app = Talarian()
    dependency, endpoint = named("async", "a", int), named("async", "a", int)
    dependency.__name__ = endpoint.__name__ = name
    app.get("/")(endpoint)
    app.get("/below")(named("async", "a", Annotated[list[int], Depends(dependency)]))
    assert call(app, "/?a=1&other=2")[2] == "[1,2]"
    assert call(app, "/below?a=1&other=2")[2] == "[[1,2],2]"


class Instance:
    async def __call__(self, a: int) -> int:
        return a


class Method:
    def ask(self, a: int) -> int:
        return a


class Made:
    def __init__(self, a: int) -> None:
        self.a = a


def _times(factor: int, a: int) -> int:
    return factor * a


NAMELESS: dict[str, Callable[..., Any]] = {
    "instance": Instance(),
    "method": Method().ask,
    "partial": functools.partial(_times, 1),
    "partial of a partial": functools.partial(functools.partial(_times), factor=1),
    "lambda": lambda a: a,
}


@pytest.mark.parametrize("function", NAMELESS.values(), ids=NAMELESS)
def test_callables_need_no_name(function: Callable[..., Any]) -> None:
    app = Talarian()
    app.get("/")(function)

    @app.get("/below")
    async def below(given: Annotated[Any, Depends(function)]) -> Any:
        return given

    compiled(function)
    assert call(app, "/?a=5&factor=1")[2].strip('"') == "5"
    assert call(app, "/below?a=5&factor=1")[2].strip('"') == "5"


def test_a_class_is_a_dependency_like_any_other() -> None:
    app = Talarian()

    @app.get("/")
    async def endpoint(made: Annotated[Made, Depends()]) -> int:
        return made.a

    compiled(endpoint)
    assert call(app, "/?a=5")[2] == "5"


def test_generators_need_no_name_either() -> None:
    def opened(value: int) -> Generator[int, None, None]:
        yield value

    async def waited(value: int) -> AsyncGenerator[int, None]:
        yield value

    app = Talarian()

    @app.get("/")
    async def endpoint(
        a: Annotated[int, Depends(functools.partial(opened, value=1))],
        b: Annotated[int, Depends(functools.partial(waited, value=2))],
    ) -> list[int]:
        return [a, b]

    assert call(app, "/")[2] == "[1,2]"


@dataclass
class Unhashable:
    factor: int

    async def __call__(self, a: int) -> int:
        return self.factor * a


def test_an_endpoint_needs_no_hash() -> None:
    app = Talarian()
    app.get("/")(Unhashable(3))
    assert call(app, "/?a=2")[2] == "6"


def test_a_dependency_without_a_hash_is_refused_when_it_is_declared() -> None:
    # What it gives could not be kept for the request; FastAPI fails at each request instead.
    app = Talarian()
    with pytest.raises(TypeError, match="unhashable"):

        @app.get("/")
        async def endpoint(given: Annotated[int, Depends(Unhashable(3))]) -> None: ...


def test_names_that_the_text_uses_itself() -> None:
    def _builtins__() -> int:
        return 1

    async def endpoint(
        answer: int,
        reply: int,
        _plain_json: int,
        _ValidationError: int,
        result: Annotated[int, Depends(_builtins__)],
        _builtins__: Annotated[int, Depends(_builtins__)],
        __builtins__: int = 7,
    ) -> list[int]:
        return [answer, reply, _plain_json, _ValidationError, result, _builtins__, __builtins__]

    app = Talarian()
    app.get("/")(endpoint)
    compiled(endpoint)
    query = "/?answer=2&reply=3&_plain_json=4&_ValidationError=5"
    assert call(app, query)[2] == "[2,3,4,5,1,1,7]"


def test_values_are_validated_in_their_order() -> None:
    seen: list[str] = []

    def noted(name: str) -> Any:
        def validate(value: Any) -> Any:
            seen.append(name)
            return value

        return AfterValidator(validate)

    async def endpoint(
        a: Annotated[list[int], noted("a"), Query()],
        b: Annotated[int, noted("b")],
        c: Annotated[list[int], noted("c"), Query()],
        d: Annotated[list[int], noted("d"), Query()],
        e: Annotated[int, noted("e")],
    ) -> list[Any]:
        return [a, b, c, d, e]

    app = Talarian()
    app.get("/")(endpoint)
    compiled(endpoint)
    assert call(app, "/?a=1&a=2&b=3&c=4&d=5&e=6")[2] == "[[1,2],3,[4],[5],6]"
    assert seen == ["a", "b", "c", "d", "e"]
