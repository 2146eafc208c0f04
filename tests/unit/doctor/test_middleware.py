"""`cors-any-origin-with-credentials` and `http-exception-in-middleware`."""

from typing import Any

import pytest
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from talarian import HTTPException, Request, Talarian
from talarian.middleware import CORSMiddleware
from talarian.responses import JSONResponse, Response
from tests.unit.doctor.observing import found_at, seen


class TestCors:
    RULE = "cors-any-origin-with-credentials"

    @pytest.mark.parametrize(
        "options",
        [
            {"allow_origins": ["*"]},
            {"allow_origin_regex": ".*"},
            {"allow_origin_regex": "https?://.*"},
        ],
    )
    def test_everybody_with_credentials(self, options: dict[str, Any]) -> None:
        app = Talarian()
        app.add_middleware(CORSMiddleware, allow_credentials=True, **options)
        assert len(seen(self.RULE, app)) == 1

    @pytest.mark.parametrize(
        "options",
        [
            {"allow_origins": ["*"]},
            {"allow_origins": ["https://app.example.org"], "allow_credentials": True},
            {"allow_origin_regex": r"https://.*\.example\.org", "allow_credentials": True},
        ],
    )
    def test_one_of_the_two(self, options: dict[str, Any]) -> None:
        app = Talarian()
        app.add_middleware(CORSMiddleware, **options)
        assert seen(self.RULE, app) == []


async def refuse(request: Request, call_next: Any) -> Response:
    if "authorization" not in request.headers:
        raise HTTPException(401)
    response: Response = await call_next(request)
    return response


async def catch(request: Request, call_next: Any) -> Response:
    try:
        raise HTTPException(401)
    except HTTPException:
        return JSONResponse({}, 401)


async def answer(request: Request, call_next: Any) -> Response:
    return JSONResponse({"detail": "who are you?"}, 401)


class Refusing(BaseHTTPMiddleware):
    async def dispatch(self, request: Request, call_next: Any) -> Response:
        raise HTTPException(401)


class Pure:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            raise HTTPException(503)
        await self.app(scope, receive, send)


class TestHttpException:
    RULE = "http-exception-in-middleware"

    def test_in_a_function(self) -> None:
        app = Talarian()
        app.middleware("http")(refuse)
        finding = found_at(self.RULE, app, refuse, "raise")
        assert "in the middleware refuse" in finding.message

    @pytest.mark.parametrize(
        ("cls", "method"), [(Refusing, Refusing.dispatch), (Pure, Pure.__call__)]
    )
    def test_in_a_class(self, cls: Any, method: Any) -> None:
        app = Talarian()
        app.add_middleware(cls)
        finding = found_at(self.RULE, app, method, "raise")
        assert f"in the middleware {cls.__name__}" in finding.message

    @pytest.mark.parametrize("dispatch", [catch, answer])
    def test_a_response_is_returned(self, dispatch: Any) -> None:
        app = Talarian()
        app.middleware("http")(dispatch)
        assert seen(self.RULE, app) == []

    def test_middleware_around_it_may_catch_it(self) -> None:
        app = Talarian()
        app.middleware("http")(refuse)
        app.add_middleware(ExceptionMiddleware)
        assert seen(self.RULE, app) == []

    def test_somebody_answers_every_exception(self) -> None:
        app = Talarian()
        app.middleware("http")(refuse)
        app.exception_handler(Exception)(lambda request, error: JSONResponse({}, 500))
        assert seen(self.RULE, app) == []
