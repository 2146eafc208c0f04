"""What is asked, and what must be answered before anything is timed."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from benchmarks.app.data import COUNT, ORIGIN, SECRET, row

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Request:
    """One request. ``target`` is the path and query as they stand in the request line."""

    target: str
    method: str = "GET"
    headers: Pairs = ()
    body: bytes = b""


@dataclass(frozen=True)
class Scenario:
    name: str
    title: str
    request: Request
    answer: Any
    """The body, parsed as JSON. The status must be 200, the type ``application/json``."""
    app: str = "plain"
    """The module in `benchmarks.app` that has the endpoint."""
    answer_headers: Mapping[str, str] = field(default_factory=dict[str, str])
    broken: tuple[Request, ...] = ()
    """Must be answered with a 4xx: a contender that does not validate is not timed."""


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()


def _post(value: Any) -> Request:
    return Request("/items", "POST", (("content-type", "application/json"),), _json(value))


def token(name: str, secret: str = SECRET) -> str:
    """Return a JSON Web Token with HS256 (RFC 7519). It expires in the year 2100."""
    parts = [{"alg": "HS256", "typ": "JWT"}, {"sub": name, "exp": 4102444800}]
    signed = ".".join(_base64(_json(part)) for part in parts)
    signature = hmac.digest(secret.encode(), signed.encode(), hashlib.sha256)
    return f"{signed}.{_base64(signature)}"


def _base64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _bearer(secret: str = SECRET) -> Pairs:
    return (("authorization", f"Bearer {token('wing', secret)}"), ("origin", ORIGIN))


_HELLO = {"message": "Hello"}
_ITEM = {"name": "a sandal", "price": 12.5, "tags": ["left", "right"], "stock": 7}
_ROWS = [row(number) for number in range(COUNT)]
_COOKIES: Pairs = (("cookie", "session=abc; visits=5"),)

_EVERY = (
    Scenario("root", "GET, a small dict", Request("/"), _HELLO),
    Scenario(
        "params",
        "GET, path and query parameters",
        Request("/items/42?q=wing&limit=5"),
        {"item_id": 42, "q": "wing", "limit": 5},
        broken=(Request("/items/forty?q=wing&limit=5"), Request("/items/42?q=wing&limit=many")),
    ),
    Scenario(
        "post",
        "POST, a model in and a model out",
        _post(_ITEM),
        {"id": 1, "name": "a sandal", "price": 12.5, "tags": ["left", "right"]},
        broken=(
            _post({"name": "a sandal"}),
            _post({**_ITEM, "price": "much"}),
            _post({**_ITEM, "tags": "left"}),
        ),
    ),
    Scenario(
        "deps",
        "GET, a chain of async dependencies, one yields",
        Request("/deps?name=wing"),
        {"admin": "admin user wing"},
        broken=(Request("/deps"),),
    ),
    Scenario(
        "deps_sync",
        "GET, the same with one `def` dependency",
        Request("/deps-sync?name=wing"),
        {"admin": "admin user wing"},
        broken=(Request("/deps-sync"),),
    ),
    Scenario(
        "headers",
        "GET, header and cookie parameters",
        Request("/headers", headers=(("x-token", "t"), ("user-agent", "wrk"), *_COOKIES)),
        {"token": "t", "agent": "wrk", "session": "abc", "visits": 5},
        broken=(Request("/headers", headers=_COOKIES),),
    ),
    Scenario(
        "request",
        "GET, an endpoint that takes Request",
        Request("/request"),
        {"method": "GET", "path": "/request"},
    ),
    Scenario("sync", "GET, a `def` endpoint", Request("/sync"), _HELLO),
    Scenario(
        "middleware",
        "GET, with CORS, GZip and one http middleware",
        Request("/", headers=(("origin", ORIGIN), ("accept-encoding", "gzip"))),
        _HELLO,
        app="middleware",
        answer_headers={"access-control-allow-origin": ORIGIN, "x-served-by": "benchmark"},
    ),
    Scenario(
        "jwt",
        "GET, a bearer JWT, a model out, CORS",
        Request("/me", headers=_bearer()),
        {"name": "wing", "email": "wing@app.example", "active": True},
        app="secured",
        answer_headers={"access-control-allow-origin": ORIGIN},
        broken=(Request("/me"), Request("/me", headers=_bearer("x" * len(SECRET)))),
    ),
    Scenario(
        "sqlite",
        "GET, a row from SQLite through a yielded session",
        Request("/books/7"),
        {"id": 7, "title": "book 7"},
        app="stored",
        broken=(Request("/books/seven"), Request(f"/books/{COUNT}")),
    ),
    Scenario(
        "last_route",
        f"GET, the last of {COUNT:,} routes",
        Request(f"/many/{COUNT - 1}/wing"),
        {"name": "wing"},
        app="many",
    ),
    Scenario(
        "models_1000",
        f"GET, {COUNT:,} models through the response model",
        Request("/models"),
        _ROWS,
    ),
    Scenario("dicts_1000", f"GET, a list of {COUNT:,} untyped dicts", Request("/dicts"), _ROWS),
)

SCENARIOS: Mapping[str, Scenario] = {each.name: each for each in _EVERY}
