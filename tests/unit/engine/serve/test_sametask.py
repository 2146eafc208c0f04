"""Functions under `@app.middleware("http")`, in the task of the request."""

import asyncio
import gc
import warnings
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextvars import ContextVar
from typing import Any

import anyio
import pytest
from starlette.background import BackgroundTask
from starlette.middleware.base import BaseHTTPMiddleware, _StreamingResponse
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from talarian.engine.app.application import Talarian
from talarian.engine.ground.background import BackgroundTasks

from .asking import Told, ask, http_scope, ordinary, ready, straight

Next = Callable[[Request], Awaitable[Response]]
Way = Callable[..., Told]
SEEN: ContextVar[str] = ContextVar("SEEN", default="nobody")

both_ways = pytest.mark.parametrize("way", [ordinary, straight])
events: list[Any] = []


@pytest.fixture(autouse=True)
def no_events() -> None:
    events.clear()


def application(*functions: Any) -> Talarian:
    """One with functions around it, the innermost first."""
    app = Talarian(openapi_url=None)
    app.get("/")(plain)
    app.put("/")(put)
    app.get("/stream")(stream)
    app.get("/fails")(fails)
    app.get("/waits")(waits)
    app.get("/background")(background)
    for function in functions:
        app.middleware("http")(function)
    return app


async def plain() -> dict[str, str]:
    events.append("endpoint")
    return {"seen": SEEN.get()}


async def put() -> str:
    return "put"


async def stream() -> Response:
    async def pieces() -> AsyncGenerator[str, None]:
        yield "one"
        await anyio.sleep(0)
        yield "two"

    return StreamingResponse(pieces())


async def fails() -> None:
    raise RuntimeError("by the endpoint")


async def waits() -> str:
    await anyio.sleep(0.02)
    events.append("waited")
    return "waited"


async def background(tasks: BackgroundTasks) -> str:
    tasks.add_task(events.append, "background of the endpoint")
    return "done"


async def passing(request: Request, call_next: Next) -> Response:
    response = await call_next(request)
    events.append(f"passes {request.url.path}")
    return response


# What it does.


def test_nothing_is_started_for_an_answer_in_one_piece() -> None:
    app = ready(application(passing, passing))
    created: list[Any] = []

    async def main() -> None:
        loop = asyncio.get_running_loop()
        loop.set_task_factory(lambda *args, **more: pytest.fail("a task was made"))
        try:
            created.append(await ask(app, http_scope("/")))
        finally:
            loop.set_task_factory(None)

    anyio.run(main)
    assert created[0].status == 200
    assert events == ["endpoint", "passes /", "passes /"]


@both_ways
@pytest.mark.parametrize("target", ["/", "/stream", "/background", "/missing"])
def test_a_response_looks_like_starlettes(way: Way, target: str) -> None:
    async def looking(request: Request, call_next: Next) -> Response:
        response = await call_next(request)
        assert isinstance(response, _StreamingResponse)
        assert (response.background, response.media_type) == (None, None)
        assert not hasattr(response, "body")
        events.append("looked")
        return response

    assert way(application(looking, looking), target).raised is None
    assert events.count("looked") == 2


@both_ways
def test_who_sees_whose_context(way: Way) -> None:
    async def setting(request: Request, call_next: Next) -> Response:
        SEEN.set("middleware")
        response = await call_next(request)
        events.append(SEEN.get())
        return response

    app = application(setting)

    @app.get("/sets")
    async def sets(tasks: BackgroundTasks) -> str:
        before = SEEN.get()
        SEEN.set("endpoint")
        tasks.add_task(lambda: events.append(SEEN.get()))
        return before

    assert way(app, "/sets").body == b'"middleware"'
    assert events == ["middleware", "endpoint"]


@both_ways
def test_the_order_of_what_is_sent_and_what_runs_in_the_background(way: Way) -> None:
    async def outer(request: Request, call_next: Next) -> Response:
        response = await call_next(request)
        response.background = BackgroundTask(events.append, "background of the middleware")
        return response

    told = way(application(outer), "/background")
    assert told.body == b'"done"'
    assert events == ["background of the middleware", "background of the endpoint"]


@both_ways
@pytest.mark.parametrize("target", ["/", "/stream", "/waits"])
def test_the_body_can_be_read_and_replaced(way: Way, target: str) -> None:
    async def replacing(request: Request, call_next: Next) -> Response:
        response: Any = await call_next(request)
        pieces = [piece async for piece in response.body_iterator]
        return PlainTextResponse(b"".join(pieces).upper(), response.status_code)

    told = way(application(replacing), target)
    assert (
        told.body
        == {"/": b'{"SEEN":"NOBODY"}', "/stream": b"ONETWO", "/waits": b'"WAITED"'}[target]
    )
    assert len(told.sent) == 2


@both_ways
def test_exceptions_come_out_of_call_next(way: Way) -> None:
    async def catching(request: Request, call_next: Next) -> Response:
        try:
            return await call_next(request)
        except RuntimeError as error:
            return PlainTextResponse(f"caught {error}", 418)

    assert way(application(passing, catching), "/fails").body == b"caught by the endpoint"
    told = way(application(passing, passing), "/fails")
    assert (told.status, str(told.raised)) == (500, "by the endpoint")


@both_ways
def test_a_failure_after_the_response_has_begun_to_come(way: Way) -> None:
    async def failing(request: Request, call_next: Next) -> Response:
        await call_next(request)
        raise RuntimeError("by the middleware")

    for target in ("/", "/stream", "/background"):
        told = way(application(failing), target)
        assert (told.status, str(told.raised)) == (500, "by the middleware")
    assert "background of the endpoint" not in events


@both_ways
def test_subclasses_and_what_they_keep(way: Way) -> None:
    class Counting(BaseHTTPMiddleware):
        def __init__(self, app: Any, step: int) -> None:
            super().__init__(app)
            self.step, self.count = step, 0

        async def dispatch(self, request: Request, call_next: Next) -> Response:
            self.count += self.step
            response = await call_next(request)
            response.headers["x-count"] = str(self.count)
            return response

    app = application()
    app.add_middleware(Counting, step=3)
    assert ("x-count", "3") in way(app, "/").headers


def test_a_subclass_with_a_way_of_its_own_is_called() -> None:
    class Own(BaseHTTPMiddleware):
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            events.append("own")
            await super().__call__(scope, receive, send)

        async def dispatch(self, request: Request, call_next: Next) -> Response:
            return await call_next(request)

    app = application()
    app.add_middleware(Own)
    app.middleware_stack = app.build_middleware_stack()
    assert not app.dispatch().is_straight
    assert anyio.run(ask, app, http_scope("/")).status == 200
    assert events == ["own", "endpoint"]


@both_ways
def test_on_trio(way: Way) -> None:
    app = ready(application(passing, passing))
    target = app if way is straight else app.middleware_stack

    async def main() -> Told:
        assert target is not None
        return await ask(target, http_scope("/stream", app=app))

    assert anyio.run(main, backend="trio").body == b"onetwo"
    assert events == ["passes /stream", "passes /stream"]


@both_ways
def test_what_is_cancelled_from_outside_ends(way: Way) -> None:
    async def cleaning(request: Request, call_next: Next) -> Response:
        try:
            return await call_next(request)
        except BaseException as error:
            events.append(type(error).__name__)
            raise

    app = application(cleaning)

    @app.get("/ever")
    async def ever() -> None:
        try:
            await anyio.sleep_forever()
        finally:
            events.append("endpoint ends")

    app = ready(app)
    serve = app if way is straight else app.middleware_stack
    assert serve is not None

    async def main() -> None:
        task = asyncio.ensure_future(ask(serve, http_scope("/ever", app=app)))
        for _ in range(20):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert asyncio.all_tasks() == {asyncio.current_task()}

    anyio.run(main)
    assert sorted(events) == ["CancelledError", "endpoint ends"]


@both_ways
def test_the_task_of_an_endpoint_stays_the_same(way: Way) -> None:
    app = application(passing, passing)

    @app.get("/task")
    async def task() -> list[bool]:
        before = asyncio.current_task()
        async with asyncio.timeout(5), anyio.create_task_group() as tasks:
            tasks.start_soon(anyio.sleep, 0)
        with anyio.move_on_after(0.001) as scope:
            await anyio.sleep_forever()
        return [asyncio.current_task() is before, scope.cancelled_caught]

    assert way(app, "/task").body == b"[true,true]"


# What is different, and should not be.


def different(reason: str) -> pytest.MarkDecorator:
    """A test that fails on the straight way."""
    fails = pytest.mark.xfail(strict=True, reason=reason)
    return pytest.mark.parametrize("way", [ordinary, pytest.param(straight, marks=fails)])


async def moving(request: Request, call_next: Next) -> Response:
    request.scope["method"] = "PUT"
    return await call_next(request)


@both_ways
def test_a_request_that_is_moved_inside_of_another_function(way: Way) -> None:
    assert way(application(moving, passing), "/").body == b'"put"'


@both_ways
def test_a_request_that_is_moved_outside_of_another_function(way: Way) -> None:
    assert way(application(passing, moving), "/").body == b'"put"'


@both_ways
def test_a_request_that_is_moved_between_two_functions(way: Way) -> None:
    assert way(application(passing, moving, passing), "/").body == b'"put"'


@pytest.mark.timeout(10)  # who reads a second time must not wait for ever
@pytest.mark.parametrize("number", [1, 2, 3])
@both_ways
def test_a_body_that_is_read_afterwards_is_there_once(way: Way, number: int) -> None:
    async def reading(request: Request, call_next: Next) -> Response:
        response = await call_next(request)
        try:
            events.append(await request.body())
        except RuntimeError as error:
            events.append(str(error))
        return response

    assert way(application(*[reading] * number), "/").status == 200
    assert events == ["endpoint", b"", *["Stream consumed"] * (number - 1)]


@both_ways
def test_headers_that_are_exchanged_as_a_whole(way: Way) -> None:
    async def adding(request: Request, call_next: Next) -> Response:
        response = await call_next(request)
        response.headers["x-added"] = "inside"
        return response

    async def exchanging(request: Request, call_next: Next) -> Response:
        response = await call_next(request)
        response.raw_headers = [pair for pair in response.raw_headers if pair[0] != b"x-added"]
        response.headers["x-exchanged"] = "outside"
        return response

    names = dict(way(application(adding, exchanging), "/").headers)
    assert "x-exchanged" in names and "x-added" not in names


@both_ways
def test_background_of_what_replaces_a_response(way: Way) -> None:
    def replacing(name: str) -> Any:
        async def function(request: Request, call_next: Next) -> Response:
            await call_next(request)
            return PlainTextResponse(name, background=BackgroundTask(events.append, name))

        return function

    way(application(replacing("inner"), replacing("outer")), "/background")
    assert events == ["outer", "inner", "background of the endpoint"]


@both_ways
def test_background_of_what_replaces_a_response_with_background(way: Way) -> None:
    async def adding(request: Request, call_next: Next) -> Response:
        response = await call_next(request)
        response.background = BackgroundTask(events.append, "inner")
        return response

    async def replacing(request: Request, call_next: Next) -> Response:
        await call_next(request)
        return PlainTextResponse("another", background=BackgroundTask(events.append, "outer"))

    way(application(adding, replacing), "/background")
    assert events == ["outer", "inner", "background of the endpoint"]


@both_ways
def test_background_that_an_inner_middleware_adds(way: Way) -> None:
    async def adding(request: Request, call_next: Next) -> Response:
        response = await call_next(request)
        response.background = BackgroundTask(events.append, "background of the inner one")
        return response

    way(application(adding, passing), "/")
    assert events == ["endpoint", "passes /", "background of the inner one"]


@different("of two tasks that can both go on, the other one goes first")
def test_a_body_that_an_inner_middleware_wraps(way: Way) -> None:
    async def wrapping(request: Request, call_next: Next) -> Response:
        response = await call_next(request)
        assert isinstance(response, _StreamingResponse)
        inner: Any = response.body_iterator

        async def slow() -> AsyncGenerator[bytes, None]:
            async for piece in inner:
                events.append("is read")
                yield piece

        response.body_iterator = slow()
        return response

    way(application(wrapping, passing), "/")
    assert events == ["endpoint", "passes /", "is read"]


@both_ways
def test_an_endpoint_that_the_middleware_does_not_wait_for(way: Way) -> None:
    async def impatient(request: Request, call_next: Next) -> Response:
        try:
            async with asyncio.timeout(0.001):
                return await call_next(request)
        except TimeoutError:
            events.append("too slow")
            return PlainTextResponse("too slow", 504)

    assert way(application(impatient), "/waits").status == 504
    assert events == ["too slow", "waited"]


@both_ways
@pytest.mark.parametrize("how", ["raise", "cancel"])
def test_an_endpoint_that_cancels_itself(way: Way, how: str) -> None:
    app = application(passing)

    @app.get("/cancels")
    async def cancels() -> None:
        task = asyncio.current_task()
        assert task is not None
        if how == "raise":
            raise asyncio.CancelledError
        task.cancel()
        await anyio.sleep(1)

    told = way(app, "/cancels")
    assert (told.status, str(told.raised)) == (500, "No response returned.")


@different("the endpoint runs once more; Starlette raises its first exception again")
def test_a_second_call_after_an_exception(way: Way) -> None:
    """Starlette raises the first call's exception again: its stream is closed."""

    async def again(request: Request, call_next: Next) -> Response:
        try:
            return await call_next(request)
        except RuntimeError:
            events.append("again")
            return await call_next(request)

    app = application(again)

    @app.get("/once")
    async def once() -> str:
        if "again" not in events:
            raise RuntimeError("the first time")
        return "done"

    assert str(way(app, "/once").raised) == "the first time"


@different("the second response is given; Starlette fails, as the first was not read")
def test_a_second_call_before_the_first_is_read(way: Way) -> None:
    async def twice(request: Request, call_next: Next) -> Response:
        await call_next(request)
        return await call_next(request)

    assert isinstance(way(application(twice), "/").raised, AssertionError)


@both_ways
def test_nothing_is_left_open(way: Way) -> None:
    async def failing(request: Request, call_next: Next) -> Response:
        await call_next(request)
        raise RuntimeError("by the middleware")

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        way(application(failing), "/stream")
        gc.collect()
    assert [str(warning.message) for warning in caught] == []
