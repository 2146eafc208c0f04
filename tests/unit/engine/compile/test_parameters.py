"""How generated functions read values: from where, with which default, and what does not fit."""

import sys
from collections.abc import Callable
from typing import Annotated, Any

import pytest
from pydantic import AliasChoices, BaseModel

from talarian.engine.app.application import Talarian
from talarian.engine.app.route import Route
from talarian.engine.compile.build import Compiled, compile_plan
from talarian.engine.declare.depends import Depends
from talarian.engine.declare.params import Body, Header, Query
from tests.unit.engine.app.helpers import call

JSON = {"content-type": "application/json"}


def source(endpoint: Callable[..., Any], path: str = "/", **options: Any) -> str:
    found = compile_plan(Route(path, endpoint, methods=["POST"], **options).plan)
    assert isinstance(found, Compiled), found
    return found.source


class Item(BaseModel):
    name: str


def test_constants_stand_in_the_text_and_other_defaults_are_made_afresh() -> None:
    async def endpoint(
        a: int = 3,
        b: str = "it's",
        c: Annotated[list[int], Body()] = [],  # noqa: B006
        d: Annotated[int, Query(default_factory=int)] = 0,
    ) -> list[int]:
        c.append(1)
        return c

    text = source(endpoint)
    assert "a = 3 if a is None else _validate_a(a" in text
    assert 'b = "it\'s"' in text
    app = Talarian()
    app.post("/")(endpoint)
    assert [call(app, "/", "POST")[2] for _ in range(2)] == ["[1]", "[1]"]


def test_a_default_that_is_changed_is_fresh_for_the_next_request() -> None:
    app = Talarian()

    @app.get("/")
    async def endpoint(q: Any = {"n": 0}) -> Any:  # noqa: B006
        q["n"] += 1
        return q

    assert [call(app, "/")[2] for _ in range(2)] == ['{"n":1}'] * 2


def test_names_are_tried_in_their_order() -> None:
    app = Talarian()
    choices = AliasChoices("first", "second")

    @app.post("/")
    async def endpoint(
        q: Annotated[str, Query(validation_alias=choices)],
        h: Annotated[str, Header(validation_alias=AliasChoices("X-One", "X-Two"))],
        b: Annotated[int, Body(validation_alias=choices, embed=True)],
    ) -> list[Any]:
        return [q, h, b]

    def ask(query: str, header: str, body: bytes) -> str:
        return call(app, f"/?{query}", "POST", JSON | {header: "h"}, body)[2]

    assert ask("second=2", "x-two", b'{"second": 5}') == '["2","h",5]'
    both = b'{"second": 5, "first": 4}'
    assert ask("second=2&first=1", "x-one", both) == '["1","h",4]'


def test_all_errors_are_told_not_only_the_first() -> None:
    app = Talarian()

    @app.post("/{a}")
    async def endpoint(
        a: int, b: int, c: Annotated[int, Header()], d: Annotated[int, Body()]
    ) -> None: ...

    status, _, text = call(app, "/x?b=y", "POST", JSON | {"c": "z"}, b'"w"')
    assert (status, text.count("int_parsing")) == (422, 4)


def test_a_path_convertor_may_give_what_no_string_is() -> None:
    app = Talarian()

    @app.get("/{number:int}")
    async def endpoint(number: int) -> int:
        return number

    assert call(app, "/5")[2] == "5"


def test_what_a_path_convertor_made_is_validated_as_text_too() -> None:
    app = Talarian()

    @app.get("/{number:int}")
    async def endpoint(number: str) -> str:
        return number

    status, _, text = call(app, "/5")
    assert (status, "string_type" in text) == (422, True)


def reads(item: Item) -> Item:
    return item


def marks(data: Annotated[Any, Body()]) -> None:
    data["marked"] = True


def test_a_dependency_that_runs_twice_reads_the_body_twice() -> None:
    app = Talarian()

    @app.post("/")
    async def endpoint(
        a: Annotated[Item, Depends(reads)], b: Annotated[Item, Depends(reads, use_cache=False)]
    ) -> list[Item]:
        return [a, b]

    assert call(app, "/", "POST", JSON, b'{"name": "a"}')[2] == '[{"name":"a"},{"name":"a"}]'


def test_those_who_read_one_body_share_what_was_parsed() -> None:
    app = Talarian()

    @app.post("/")
    async def endpoint(
        marked: Annotated[None, Depends(marks)], data: Annotated[Any, Body()]
    ) -> Any:
        return data

    assert call(app, "/", "POST", JSON, b"{}")[2] == '{"marked":true}'


def test_a_header_that_cannot_be_named_in_a_request_fails_where_it_is_used() -> None:
    app = Talarian()

    @app.get("/")
    async def endpoint(price: Annotated[str | None, Header(alias="€")] = None) -> None: ...

    with pytest.raises(UnicodeEncodeError):
        call(app, "/")


class Priced(BaseModel):
    price: float


def test_an_integer_too_large_for_a_float_is_refused() -> None:
    app = Talarian()

    @app.post("/")
    async def endpoint(priced: Priced) -> float:
        return priced.price

    assert call(app, "/", "POST", JSON, b'{"price": 1' + b"0" * 308 + b"}")[2] == "1e+308"
    assert call(app, "/", "POST", JSON, b'{"price": 1' + b"0" * 309 + b"}")[0] == 422


def test_what_did_not_fit_is_no_exception_to_whoever_comes_after() -> None:
    # Else the traceback of any error later on begins with a validation error that was none.
    app = Talarian()

    @app.post("/")
    async def endpoint(item: Item) -> str:
        return str(sys.exc_info()[0])

    assert call(app, "/", "POST", JSON, '{"name": "a"}'.encode("utf-16"))[2] == '"None"'
