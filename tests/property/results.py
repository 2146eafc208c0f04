"""What generated endpoints return, of every kind that has a way of its own to the client."""

import datetime
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from decimal import Decimal
from typing import Any

from starlette.background import BackgroundTask
from starlette.responses import (
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.types import Receive, Scope, Send

from .kinds import Cat, Checked, Colour, Dog, Item, Lowered, Numbers, Open, Point, Size
from .parts import Log

Result = Callable[[Log], Any]
"""Makes a fresh result."""


class Text(str): ...


class Row:
    """An object of a mapper: attributes, and no way to iterate."""

    def __init__(self) -> None:
        self.name = "row"
        self.price = 2.5
        self._sa_instance_state = "mapped"

    def __repr__(self) -> str:
        return "Row()"


class Spoken(Response):
    """Sends itself in a way of its own."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 299, "headers": []})
        await send({"type": "http.response.body", "body": b"spoken"})


class Mute(Response):
    """Fails before it has said anything."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        raise LookupError("nothing to say")


async def _pieces() -> AsyncIterator[bytes]:
    yield b"one"
    yield b"two"


def _with_task(log: Log) -> Response:
    return JSONResponse({"a": 1}, 201, background=BackgroundTask(log.note, "own", "works"))


_FLOATS = (0.0, -0.0, 1e-4, 9e-5, 1e15, 1e16, 1.5e300, 5e-324, 0.1, 1 / 3, float("nan"))

RESULTS: tuple[Result, ...] = (
    lambda log: None,
    lambda log: 1,
    lambda log: 10**30,
    lambda log: True,
    lambda log: 'text "quoted" \\ \n \x7f \u2028 é 😀',
    lambda log: "\ud800",
    lambda log: "",
    lambda log: float("inf"),
    lambda log: Decimal("1.50"),
    lambda log: Decimal(10) ** 20,
    lambda log: datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC),
    lambda log: datetime.timedelta(1, 0, 5),
    lambda log: b"bytes",
    lambda log: b"\xff",
    lambda log: Colour.RED,
    lambda log: Size.LARGE,
    lambda log: Text("of a subclass"),
    lambda log: {1},
    lambda log: (1, "a", None),
    lambda log: {"a": 1, "b": [None, {"c": "d"}], "é": 1.5},
    lambda log: {1: "a", None: 2, False: 3, 1.5: 4},
    lambda log: {"_sa_state": 1, "b": {"_sa": 2, "s_a": 3}},
    lambda log: OrderedDict(a=1),
    lambda log: {"name": "a", "price": 3, "tags": ["x"], "secret": 1},
    lambda log: {"name": "a", "price": "free"},
    lambda log: {"a": Item(name="a"), "b": Point(1), "c": {2}},
    lambda log: [{"name": "a"}, Item(name="b", price=2), Row()],
    lambda log: [{"n": n, "items": [n, str(n)]} for n in range(80)],
    lambda log: [*({"n": n} for n in range(80)), {"_sa": 1}],
    lambda log: [*range(80), float("nan")],
    lambda log: list(_FLOATS[:-1]),
    lambda log: (n for n in range(3)),
    lambda log: [[[[[[[[[["deep"]]]]]]]]]],
    lambda log: Item(name="a", parent=Item(name="b")),
    lambda log: Item.model_construct(name=5, price="wrong"),
    lambda log: Point(1, 2.5),
    lambda log: Row(),
    lambda log: slice(1, 2),
    lambda log: Open.model_validate({"x_token": "t", "more": 1}),
    lambda log: Numbers([1, 2]),
    lambda log: Checked.model_construct(first=1, second=2),
    lambda log: Lowered(name="ABC"),
    lambda log: Dog(kind="dog"),
    lambda log: Cat(kind="cat"),
    lambda log: PlainTextResponse("plain"),
    lambda log: Response(status_code=204),
    lambda log: RedirectResponse("/elsewhere"),
    lambda log: StreamingResponse(_pieces()),
    lambda log: Spoken("ignored"),
    lambda log: Mute("ignored"),
    _with_task,
    *((lambda log, value=value: {"value": value}) for value in _FLOATS),
    *((lambda log, value=value: value) for value in _FLOATS),
)

MODELS: tuple[Any, ...] = (
    Item,
    Item | None,
    list[Item],
    dict[str, Any],
    dict[str, float],
    Any,
    int,
    float,
    str,
    bytes,
    Decimal,
    datetime.datetime,
    Colour,
    Point,
    Open,
    Numbers,
    Checked,
    Lowered,
    Cat | Dog,
    set[int],
    tuple[int, str, None],
    list[dict[str, Any]],
)
