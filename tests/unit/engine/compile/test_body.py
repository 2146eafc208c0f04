"""What a JSON body means to the fields that are filled from it."""

from typing import Any

import pytest

from talarian.engine.compile.body import read_body
from talarian.engine.declare.params import Body
from talarian.engine.fields.field import Field
from talarian.engine.ground.sentinels import UNSET

pytestmark = pytest.mark.anyio


def field(default: Any = ..., annotation: Any = int | None) -> Field:
    return Field(Body(default, annotation=annotation), "value")


async def read(body: Any, *, embed: bool, default: Any = ...) -> Any:
    values, errors = await read_body([field(default)], body, embed)
    return [(error["type"], error["loc"]) for error in errors] or values["value"]


async def test_nothing_sent_is_not_null() -> None:
    assert await read(UNSET, embed=False, default=5) == 5
    assert await read(None, embed=False, default=5) is None
    assert await read(UNSET, embed=False) == [("missing", ("body",))]


async def test_a_null_key_is_there() -> None:
    assert await read({"value": None}, embed=True, default=5) is None
    assert await read({}, embed=True, default=5) == 5


@pytest.mark.parametrize("body", [None, [], 1, "value"])
async def test_json_without_keys_has_no_defaults(body: Any) -> None:
    assert await read(body, embed=True, default=5) == [("missing", ("body", "value"))]


async def test_bytes_of_another_media_type_count_as_nothing_for_keys() -> None:
    assert await read(b"a", embed=True, default=5) == 5
