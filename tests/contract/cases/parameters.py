"""Values outside of the body, as `curl` sends them when nobody thinks about it."""

from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from talarian.fastapi import Cookie, FastAPI, Header, Path, Query
from tests.contract.client import request


class Color(str, Enum):  # noqa: UP042 - as most applications have it
    red = "red"
    blue = "blue"


class Filters(BaseModel):
    model_config = {"extra": "forbid"}
    limit: int = Field(10, ge=1)
    tags: list[str] = []


app = FastAPI()


@app.get("/query")
async def query(a: int, b: list[int] = Query([]), c: float = 1.5, d: bool = False) -> Any:
    return [a, b, str(c), d]


@app.get("/types")
async def types(
    color: Color = Color.red,
    day: date | None = None,
    price: Decimal | None = None,
    wait: timedelta | None = None,
    key: UUID | None = None,
    kind: Literal["a", "b"] = "a",
    numbers: set[int] = Query(set()),
) -> Any:
    return [color, day, price, wait, key, kind, sorted(numbers)]


@app.get("/rules")
async def rules(
    short: Annotated[str, Query(min_length=2, max_length=3)] = "ok",
    code: Annotated[str, Query(pattern="^[a-z]+$")] = "ok",
    even: Annotated[int, Query(multiple_of=2, gt=0, le=10)] = 2,
    renamed: Annotated[str, Query(alias="re-named")] = "ok",
) -> Any:
    return [short, code, even, renamed]


@app.get("/model")
async def model(filters: Annotated[Filters, Query()]) -> Any:
    return filters


@app.get("/headers")
async def headers(
    user_agent: Annotated[str, Header()] = "none",
    x_many: Annotated[list[str], Header()] = [],  # noqa: B006
    plain_name: Annotated[str, Header(convert_underscores=False)] = "none",
    x_number: Annotated[int, Header()] = 0,
) -> Any:
    return [user_agent, x_many, plain_name, x_number]


@app.get("/cookies")
async def cookies(session: Annotated[str, Cookie()], count: Annotated[int, Cookie()] = 0) -> Any:
    return [session, count]


@app.get("/path/{number}/{rest:path}")
async def path(number: Annotated[int, Path(ge=0, lt=100)], rest: str) -> Any:
    return [number, rest]


async def get(*targets: str) -> Any:
    return [await request(app, "GET", target) for target in targets]


async def case_numbers() -> Any:
    long = "9" * 5000
    values = ("", "1", "NaN", "1.0", "1.5", " 1", "1 ", "+1", "-1", "1_0", "0x1", "%ff", "१", long)
    return await get("/query", *(f"/query?a={value}" for value in values))


async def case_repeated_and_empty_values() -> Any:
    queries = (
        "a=1&a=2",
        "a=x&a=2",
        "a=1&b=1&b=2",
        "a=1&b=",
        "a=1&b",
        "a=1&b=&b=2",
        "a=1&b[]=2",
        "a=1&c=",
        "a=1&c=nan",
        "a=1&c=inf",
        "a=1;b=2",
        "a=1&&b=2",
        "A=1",
        "a%3D1",
        "a=1&d=yes",
        "a=1&d=2",
        "a=1&d=ON",
    )
    return await get(*(f"/query?{query}" for query in queries))


async def case_types() -> Any:
    queries = (
        "color=blue",
        "color=BLUE",
        "day=2024-02-30",
        "day=2024-02-29",
        "day=0",
        "price=1.10",
        "price=NaN",
        "price=1e5",
        "wait=PT5S",
        "wait=3.5",
        "key=x",
        "key=12345678123456781234567812345678",
        "kind=c",
        "numbers=3&numbers=1&numbers=3",
    )
    return await get("/types", *(f"/types?{query}" for query in queries))


async def case_rules() -> Any:
    queries = ("short=a", "short=abcd", "code=1", "even=3", "even=0", "even=12", "renamed=x")
    return await get("/rules", *(f"/rules?{query}" for query in (*queries, "re-named=x")))


async def case_models() -> Any:
    queries = ("", "limit=0", "limit=x&tags=a", "tags=a&tags=b", "other=1", "limit=1&limit=2")
    return await get(*(f"/model?{query}" for query in queries))


async def case_headers() -> Any:
    sent: list[dict[str, str]] = [
        {},
        {"User-Agent": "curl", "X-Many": "1"},
        {"user_agent": "underscore"},
        {"plain_name": "as it is", "plain-name": "dashed"},
        {"x-number": ""},
        {"x-number": "é"},
        {"X-NUMBER": "7", "x-many": "a, b"},
    ]
    return [await request(app, "GET", "/headers", headers=each) for each in sent]


async def case_cookies() -> Any:
    sent = ("", "session", "session=", "session=a; count=x", 'session="a b"; count=2', "session=é")
    return [await request(app, "GET", "/cookies", headers={"cookie": each}) for each in sent]


async def case_paths() -> Any:
    paths = ("/path/5/a/b", "/path/5/", "/path/5", "/path/x/a", "/path/100/a", "/path//a")
    return await get(*paths, "/path/5//", "/path/ 5/a", "/path/-1/a")
