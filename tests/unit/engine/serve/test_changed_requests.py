"""What functions change in a request counts below them, and not for what it has passed already."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import pytest
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.httpsredirect import HTTPSRedirectMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response

from talarian.engine.app.application import Talarian
from talarian.engine.declare.depends import Depends
from talarian.engine.declare.security import HTTPBearer

from .asking import Told, ordinary, straight

Next = Callable[[Request], Awaitable[Response]]
both_ways = pytest.mark.parametrize("way", [ordinary, straight])
Way = Callable[..., Told]

CORS = Middleware(CORSMiddleware, allow_origins=["http://good"])
HOST = Middleware(TrustedHostMiddleware, allowed_hosts=["test"])
HTTPS = Middleware(HTTPSRedirectMiddleware)


def function(changes: dict[str, Any], vary: str = "") -> Middleware:
    """A middleware function that changes the scope, and perhaps the response's headers."""

    async def dispatch(request: Request, call_next: Next) -> Response:
        request.scope.update(changes)
        response = await call_next(request)
        if vary:
            response.headers["vary"] = vary  # what only the CORS middleware's own code can merge
        return response

    return Middleware(BaseHTTPMiddleware, dispatch=dispatch)


def application(*middleware: Middleware) -> Talarian:
    app = Talarian(openapi_url=None, middleware=list(middleware))

    @app.get("/items/{number}")
    async def item(number: int, request: Request) -> dict[str, Any]:
        return {"number": number, "host": request.headers.get("host")}

    return app


@both_ways
def test_an_origin_that_is_put_in_is_not_the_clients(way: Way) -> None:
    headers = [(b"host", b"test"), (b"origin", b"http://good")]
    told = way(application(CORS, function({"headers": headers})), "/items/1")
    assert ("access-control-allow-origin", "http://good") not in told.headers
    assert ("vary", "Origin") in told.headers


@both_ways
@pytest.mark.parametrize("inner", [False, True])
def test_a_host_that_is_replaced_was_trusted_before(way: Way, inner: bool) -> None:
    changing = function({"headers": [(b"host", b"elsewhere")]}, vary="Accept")
    around = [function({})] if inner else []
    told = way(application(*around, CORS, HOST, changing), "/items/1")
    assert (told.status, told.body) == (200, b'{"number":1,"host":"elsewhere"}')
    assert ("vary", "Accept, Origin") in told.headers


@both_ways
def test_a_scheme_that_is_replaced_was_secure_before(way: Way) -> None:
    app = application(
        function({"scheme": "https"}), CORS, HTTPS, function({"scheme": "http"}, vary="Accept")
    )
    assert way(app, "/items/1").status == 200


@both_ways
def test_a_gate_below_sees_what_was_changed(way: Way) -> None:
    changing = function({"headers": [(b"host", b"elsewhere")]})
    told = way(application(changing, HOST), "/items/1")
    assert (told.status, told.body) == (400, b"Invalid host header")


@both_ways
def test_values_of_the_path_are_the_routes(way: Way) -> None:
    changing = function({"path_params": {"number": "changed", "other": "kept"}})
    told = way(application(changing), "/items/1")
    assert (told.status, told.body) == (200, b'{"number":1,"host":"test"}')


@both_ways
def test_what_a_dependency_puts_into_the_headers_counts(way: Way) -> None:
    app, bearer = Talarian(openapi_url=None), HTTPBearer()

    async def from_cookie(request: Request) -> None:
        token = request.cookies["token"].encode()
        request.scope["headers"].append((b"authorization", b"Bearer " + token))

    @app.get("/", dependencies=[Depends(from_cookie)])
    async def endpoint(given: Annotated[Any, Depends(bearer)]) -> str:
        return str(given.credentials)

    told = way(app, "/", headers={"cookie": "token=abc"})
    assert (told.status, told.body) == (200, b'"abc"')
