"""What generated functions do, in which order, and when they hand over to the interpreter."""

from collections.abc import AsyncGenerator, Callable, Generator
from typing import Annotated, Any

import anyio
import pytest
from pydantic import BaseModel
from starlette.responses import PlainTextResponse, Response
from starlette.types import Message

from talarian.engine.app.application import Talarian
from talarian.engine.app.route import Route
from talarian.engine.compile.build import Compiled, compile_plan
from talarian.engine.declare.depends import Depends, Security
from talarian.engine.declare.params import Query
from talarian.engine.declare.security import SecurityScopes
from talarian.engine.ground.background import BackgroundTasks
from talarian.engine.ground.errors import HTTPException, TalarianError
from tests.unit.engine.app.helpers import call

JSON = {"content-type": "application/json"}


class Item(BaseModel):
    name: str


class Sending(PlainTextResponse):
    """Tells when it is sent."""

    log: list[str]

    async def __call__(self, *asgi: Any) -> None:
        self.log.append("sent")
        await super().__call__(*asgi)


@pytest.fixture
def log() -> list[str]:
    return []


def source(endpoint: Callable[..., Any], path: str = "/", **options: Any) -> str:
    found = compile_plan(Route(path, endpoint, methods=["POST"], **options).plan)
    assert isinstance(found, Compiled), found
    return found.source


def waited(log: list[str], name: str, *, swallow: bool = False) -> Callable[..., Any]:
    async def dependency() -> AsyncGenerator[str, None]:
        log.append(f"{name} opens")
        try:
            yield name
        except Exception as error:
            log.append(f"{name} meets {type(error).__name__}")
            if not swallow:
                raise
        finally:
            log.append(f"{name} closes")

    return dependency


def threaded(log: list[str], name: str) -> Callable[..., Any]:
    def dependency() -> Generator[str, None, None]:
        log.append(f"{name} opens")
        yield name
        log.append(f"{name} closes")

    return dependency


def sending(log: list[str]) -> Response:
    response = Sending("text")
    response.log = log
    return response


def test_a_plain_endpoint_is_three_lines() -> None:
    async def endpoint() -> Any: ...

    assert source(endpoint, response_model=None).splitlines()[:3] == [
        "async def answer(x):",
        "    result = await _endpoint()",
        "    value = _plain_json(result)",
    ]


def test_what_is_not_asked_for_is_not_written() -> None:
    async def endpoint(q: str) -> None: ...

    text = source(endpoint, response_model=None)
    unneeded = (
        "headers",
        "cookies",
        "body",
        "cleanup",
        "x.request",
        "collector",
        "ValidationError",
    )
    assert not [name for name in unneeded if name in text]


def test_function_scope_before_the_answer_and_request_scope_after_its_tasks(log: list[str]) -> None:
    app = Talarian()

    @app.get("/")
    async def endpoint(
        long: Annotated[str, Depends(waited(log, "long"))],
        blocking: Annotated[str, Depends(threaded(log, "blocking"))],
        short: Annotated[str, Depends(waited(log, "short"), scope="function")],
        tasks: BackgroundTasks,
    ) -> Response:
        tasks.add_task(log.append, "task")
        return sending(log)

    assert "while True:" in source(endpoint)
    assert call(app, "/")[0] == 200
    opened = ["long opens", "blocking opens", "short opens"]
    assert log == [*opened, "short closes", "sent", "task", "blocking closes", "long closes"]


def test_only_function_scope_needs_no_loop_and_ends_before_the_answer(log: list[str]) -> None:
    app = Talarian()

    @app.get("/")
    async def endpoint(a: Annotated[str, Depends(waited(log, "a"), scope="function")]) -> Response:
        return sending(log)

    assert "while True:" not in source(endpoint)
    assert call(app, "/")[0] == 200
    assert log == ["a opens", "a closes", "sent"]


def test_the_interpreter_goes_on_with_what_is_open(log: list[str]) -> None:
    app = Talarian()
    late = waited(log, "late")

    async def asks(number: int, late: Annotated[str, Depends(late)]) -> str:
        log.append("called")
        return late

    @app.get("/")
    async def endpoint(
        early: Annotated[str, Depends(waited(log, "early"))],
        asked: Annotated[str, Depends(asks)],
        after: Annotated[str, Depends(waited(log, "after"))],
    ) -> None:
        log.append("endpoint")

    status, _, text = call(app, "/?number=x")
    assert (status, "int_parsing" in text) == (422, True)
    opened = ["early opens", "late opens", "after opens"]
    refused = [
        f"{name} {what}"
        for name in ("after", "late", "early")
        for what in ("meets RequestValidationError", "closes")
    ]
    assert log == [*opened, *refused]  # each once, though two of them ran before the error


def test_a_late_default_is_no_error(log: list[str]) -> None:
    app = Talarian()

    @app.get("/")
    async def endpoint(
        early: Annotated[str, Depends(waited(log, "early"))],
        number: Annotated[int, Query(validate_default=True)] = "5",  # type: ignore[assignment]
    ) -> Any:
        log.append(f"endpoint {number!r}")
        return sending(log)

    assert call(app, "/")[0] == 200
    assert log == ["early opens", "endpoint 5", "sent", "early closes"]


def test_one_call_for_all_who_ask_unless_they_want_their_own() -> None:
    app = Talarian()
    calls: list[int] = []

    async def number() -> int:
        calls.append(len(calls))
        return calls[-1]

    async def above(n: Annotated[int, Depends(number)]) -> int:
        return n

    @app.get("/")
    async def endpoint(
        a: Annotated[int, Depends(number)],
        b: Annotated[int, Depends(above)],
        c: Annotated[int, Depends(number, use_cache=False)],
        d: Annotated[int, Depends(number)],
    ) -> list[int]:
        return [a, b, c, d]

    assert call(app, "/")[2] == "[0,0,1,0]"


def test_a_cached_call_whose_needs_are_not_cached_runs_those_again() -> None:
    app = Talarian()
    calls: list[str] = []

    async def inner() -> None:
        calls.append("inner")

    async def outer(i: Annotated[None, Depends(inner, use_cache=False)]) -> None:
        calls.append("outer")

    @app.get("/")
    async def endpoint(
        a: Annotated[None, Depends(outer)], b: Annotated[None, Depends(outer)]
    ) -> None: ...

    call(app, "/")
    assert calls == ["inner", "outer", "inner"]


def test_security_scopes_are_those_of_the_way_down() -> None:
    app = Talarian()

    async def scopes(asked: SecurityScopes) -> list[str]:
        return asked.scopes

    async def middle(s: Annotated[list[str], Security(scopes, scopes=["c"])]) -> list[str]:
        return s

    @app.get("/")
    async def endpoint(
        a: Annotated[list[str], Security(middle, scopes=["a"])],
        b: Annotated[list[str], Security(scopes, scopes=["b"])],
    ) -> list[list[str]]:
        return [a, b]

    assert call(app, "/")[2] == '[["a","c"],["b"]]'


@pytest.mark.parametrize("scope", ["request", "function"])
def test_a_place_under_a_limit_is_held_until_clean_up_has_ended(scope: Any) -> None:
    app = Talarian()
    free: list[int] = []

    async def opened() -> AsyncGenerator[None, None]:
        free.append(held.concurrency.get_semaphore().value)
        yield
        free.append(held.concurrency.get_semaphore().value)

    async def returned() -> None:
        free.append(brief.concurrency.get_semaphore().value)

    held: Any = Depends(opened, scope=scope, max_concurrency=3)
    brief: Any = Depends(returned, max_concurrency=3)

    @app.get("/")
    async def endpoint(a: None = held, b: None = brief) -> None:
        free.append(brief.concurrency.get_semaphore().value)

    assert call(app, "/")[0] == 200
    assert free == [2, 2, 3, 2]


@pytest.mark.parametrize("scope", ["request", "function"])
def test_whoever_swallows_an_exception_is_told(scope: Any, log: list[str]) -> None:
    app = Talarian()
    swallowing = waited(log, "a", swallow=True)

    @app.get("/")
    async def endpoint(a: Annotated[str, Depends(swallowing, scope=scope)]) -> None:
        raise LookupError

    with pytest.raises(TalarianError, match="Response not awaited"):
        call(app, "/")
    assert log == ["a opens", "a meets LookupError", "a closes"]


def test_whoever_lasts_longer_meets_what_comes_of_a_swallowed_exception(log: list[str]) -> None:
    # In FastAPI an exception too, if another one: a session has to be rolled back, not committed.
    app = Talarian()

    @app.get("/")
    async def endpoint(
        long: Annotated[str, Depends(waited(log, "long"))],
        short: Annotated[str, Depends(waited(log, "short", swallow=True), scope="function")],
    ) -> None:
        raise LookupError

    with pytest.raises(TalarianError, match="Response not awaited"):
        call(app, "/")
    assert log[2:] == [
        "short meets LookupError",
        "short closes",
        "long meets TalarianError",
        "long closes",
    ]


def test_what_the_interpreter_opened_is_closed_when_it_swallows(log: list[str]) -> None:
    app = Talarian()

    async def asks(number: int, late: Annotated[str, Depends(waited(log, "late"))]) -> None: ...

    @app.get("/")
    async def endpoint(
        asked: Annotated[None, Depends(asks)],
        long: Annotated[str, Depends(waited(log, "long"))],
        short: Annotated[str, Depends(waited(log, "short", swallow=True), scope="function")],
    ) -> None: ...

    with pytest.raises(TalarianError, match="Response not awaited"):
        call(app, "/?number=x")
    closed = ["short closes", "long meets TalarianError", "long closes", "late closes"]
    assert [event for event in log if event in closed] == closed


def test_an_error_in_a_clean_up_leaves_nothing_open_behind_it(log: list[str]) -> None:
    app = Talarian()

    async def broken() -> AsyncGenerator[None, None]:
        yield
        raise LookupError("in the clean-up")

    async def late(
        number: Annotated[int, Query(validate_default=True)] = "5",  # type: ignore[assignment]
    ) -> AsyncGenerator[int, None]:
        yield number

    @app.get("/")
    async def endpoint(
        a: Annotated[None, Depends(broken, scope="function")],
        b: Annotated[int, Depends(late, scope="function")],
    ) -> None: ...

    with pytest.raises(LookupError, match="in the clean-up"):
        call(app, "/")


@pytest.mark.parametrize("kind", ["async", "sync"])
@pytest.mark.parametrize("model", [None, Item])
def test_what_dependencies_say_about_the_response_is_added(kind: str, model: Any) -> None:
    app = Talarian()

    async def says(response: Response) -> None:
        response.headers["x-said"] = "yes"
        response.status_code = 202

    async def waits(said: Annotated[None, Depends(says)]) -> Any:
        return {"name": "a"}

    def blocks(said: Annotated[None, Depends(says)]) -> Any:
        return {"name": "a"}

    app.get("/", response_model=model)(waits if kind == "async" else blocks)
    status, headers, text = call(app, "/")
    assert (status, headers["x-said"], text) == (202, "yes", '{"name":"a"}')


def test_blocks_go_as_deep_as_python_allows() -> None:
    async def opened() -> AsyncGenerator[int, None]:
        yield 1

    def endpoint_with(numbers: range, scope: Any) -> Any:
        parameters = ", ".join(
            f"a{n}=Depends(opened, use_cache=False, scope=scope)" for n in numbers
        )
        names: dict[str, Any] = {
            "Depends": Depends,
            "opened": opened,
            "scope": scope,
            "limit": limit,
        }
        names["number"] = Annotated[int, Query()]
        exec(f"async def endpoint({parameters}, b=limit, q: number = 1) -> int: return q", names)
        return names["endpoint"]

    def number(q: int = 1) -> int:
        return q

    limit = Depends(number, max_concurrency=2)
    for scope in ("request", "function"):
        app = Talarian()
        app.get("/")(endpoint_with(range(16), scope))
        assert "async def answer" in source(endpoint_with(range(16), scope))
        assert [call(app, f"/?q={q}")[0] for q in ("5", "x")] == [200, 422]


def test_limits_are_counted_among_the_blocks() -> None:
    app = Talarian()

    async def opened() -> AsyncGenerator[int, None]:
        yield 1

    names: dict[str, Any] = {"Depends": Depends, "opened": opened}
    one = "Depends(opened, use_cache=False, max_concurrency=50)"
    exec(f"async def endpoint({', '.join(f'a{n}={one}' for n in range(12))}): ...", names)
    app.get("/")(names["endpoint"])
    assert call(app, "/")[0] == 200


def test_exceptions_pass_through_dependencies_before_handlers_see_them(log: list[str]) -> None:
    app = Talarian()

    @app.exception_handler(HTTPException)
    async def handle(request: Any, error: HTTPException) -> Response:
        log.append("handled")
        return PlainTextResponse("handled", 418)

    @app.get("/")
    async def endpoint(a: Annotated[str, Depends(waited(log, "a"))]) -> None:
        raise HTTPException(404)

    assert call(app, "/")[0] == 418
    assert log == ["a opens", "a meets HTTPException", "a closes", "handled"]


def test_an_answer_is_one_start_and_one_body() -> None:
    app = Talarian()

    @app.get("/")
    async def endpoint() -> Any:
        return {"a": "é"}

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        raise AssertionError("nobody asked for a body")

    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []}
    anyio.run(app, scope, receive, send)
    body = '{"a":"é"}'.encode()
    headers = [(b"content-length", b"10"), (b"content-type", b"application/json")]
    assert sent == [
        {"type": "http.response.start", "status": 200, "headers": headers},
        {"type": "http.response.body", "body": body},
    ]
