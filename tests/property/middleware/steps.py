"""What functions under `@app.middleware("http")` may do, step by step."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import anyio
from starlette.middleware.base import RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse

from talarian.engine.ground.errors import HTTPException

from .log import SEEN, Handled, log, mark, note_background


@dataclass
class Running:
    """A middleware function while it runs."""

    name: str
    request: Request
    call: RequestResponseEndpoint
    patience: float
    response: Any = None

    def note(self, *event: Any) -> None:
        log.note(self.name, *event)

    async def next(self) -> Any:
        return await self.call(self.request)


Step = Callable[[Running], Coroutine[Any, Any, None]]
BEFORE: dict[str, Step] = {}
CALLS: dict[str, Step] = {}
AFTER: dict[str, Step] = {}
READING_ALL = frozenset(
    {"twice_reading", "read_and_replace", "read_in_own_task", "read_with_timeout", "put_back"}
)
REFUSED = "the second call is refused"


def step(steps: dict[str, Step]) -> Callable[[Step], Step]:
    def decorate(function: Step) -> Step:
        steps[getattr(function, "__name__").rstrip("_")] = function  # noqa: B009
        return function

    return decorate


# Before `call_next`.


@step(BEFORE)
async def read_body(run: Running) -> None:
    run.note("body", await run.request.body())


@step(BEFORE)
async def read_stream(run: Running) -> None:
    run.note("stream", [piece async for piece in run.request.stream()])


@step(BEFORE)
async def read_json(run: Running) -> None:
    run.note("json", await run.request.json())


@step(BEFORE)
async def ask_for_client(run: Running) -> None:
    run.note("gone", await run.request.is_disconnected())


@step(BEFORE)
async def set_state(run: Running) -> None:
    setattr(run.request.state, run.name, "before")


@step(BEFORE)
async def set_context(run: Running) -> None:
    mark(run.name)


@step(BEFORE)
async def suspend(run: Running) -> None:
    await anyio.sleep(0)


@step(BEFORE)
async def suspend_in_thread(run: Running) -> None:
    await anyio.to_thread.run_sync(run.note, "in a thread")


@step(BEFORE)
async def move_path(run: Running) -> None:
    run.request.scope["path"] = "/other/7"


@step(BEFORE)
async def move_to_nowhere(run: Running) -> None:
    run.request.scope["path"] = "/nowhere"


@step(BEFORE)
async def move_below_root(run: Running) -> None:
    run.request.scope["root_path"] = "/other"


@step(BEFORE)
async def change_method(run: Running) -> None:
    run.request.scope["method"] = "PUT"


@step(BEFORE)
async def change_query(run: Running) -> None:
    run.request.scope["query_string"] = b"number=12&q=changed"


@step(BEFORE)
async def change_headers(run: Running) -> None:
    run.request.scope["headers"] = [*run.request.scope["headers"], (b"x-added", b"1")]


@step(BEFORE)
async def append_header(run: Running) -> None:
    run.request.scope["headers"].append((b"x-appended", b"1"))


@step(BEFORE)
async def change_params(run: Running) -> None:
    run.request.scope["path_params"] = {"number": "changed"}


@step(BEFORE)
async def fail_before(run: Running) -> None:
    raise RuntimeError(f"before, by {run.name}")


@step(BEFORE)
async def fail_handled_before(run: Running) -> None:
    raise Handled(f"before, by {run.name}")


@step(BEFORE)
async def refuse_before(run: Running) -> None:
    raise HTTPException(403)


@step(BEFORE)
async def receive_directly(run: Running) -> None:
    run.note("received", await run.request.receive())


@step(BEFORE)
async def read_form(run: Running) -> None:
    run.note("form", list(await run.request.form()))


@step(BEFORE)
async def read_first_piece(run: Running) -> None:
    async for piece in run.request.stream():
        run.note("first piece", piece)
        break


# Around `call_next`.


@step(CALLS)
async def once(run: Running) -> None:
    run.response = await run.next()


@step(CALLS)
async def other_request(run: Running) -> None:
    run.response = await run.call(Request(dict(run.request.scope), run.request.receive))


@step(CALLS)
async def never(run: Running) -> None:
    run.response = JSONResponse({"short": run.name}, 203, background=note_background(run.name))


@step(CALLS)
async def never_and_stream(run: Running) -> None:
    async def pieces() -> AsyncGenerator[str, None]:
        for piece in ("short", "stream"):
            run.note("makes", piece)
            yield piece

    run.response = StreamingResponse(pieces())


async def _next_again(run: Running) -> None:
    try:
        run.response = await run.next()
    except Exception:
        # What Starlette comes to where the first call has left something in its way.
        log.note(REFUSED)
        raise


@step(CALLS)
async def twice_reading(run: Running) -> None:
    first = await run.next()
    run.note("first", [piece async for piece in first.body_iterator])
    await _next_again(run)


@step(CALLS)
async def again_after_error(run: Running) -> None:
    try:
        run.response = await run.next()
    except Exception as error:
        run.note("again after", type(error).__name__, str(error))
        await _next_again(run)


@step(CALLS)
async def answering_errors(run: Running) -> None:
    try:
        run.response = await run.next()
    except Exception as error:
        run.note("caught", type(error).__name__, str(error))
        run.response = PlainTextResponse(f"caught by {run.name}", 498)


@step(CALLS)
async def turning_errors(run: Running) -> None:
    try:
        run.response = await run.next()
    except Exception as error:
        raise Handled(f"turned by {run.name}") from error


@step(CALLS)
async def asyncio_timeout(run: Running) -> None:
    try:
        async with asyncio.timeout(run.patience):
            run.response = await run.next()
    except TimeoutError:
        run.note("too slow")
        run.response = PlainTextResponse("too slow", 408)


@step(CALLS)
async def anyio_timeout(run: Running) -> None:
    with anyio.move_on_after(run.patience) as scope:
        run.response = await run.next()
    run.note("too slow", scope.cancelled_caught)
    if run.response is None:
        run.response = PlainTextResponse("too slow", 408)


@step(CALLS)
async def own_task(run: Running) -> None:
    run.response = await asyncio.create_task(run.next())


@step(CALLS)
async def gather(run: Running) -> None:
    run.response, _ = await asyncio.gather(run.next(), asyncio.sleep(0))


@step(CALLS)
async def task_group(run: Running) -> None:
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(once, run)
        tasks.start_soon(anyio.sleep, 0)


@step(CALLS)
async def shielded(run: Running) -> None:
    with anyio.CancelScope(shield=True):
        run.response = await run.next()


# After it.


@step(AFTER)
async def look(run: Running) -> None:
    response = run.response
    run.note("sees", response.status_code, list(response.raw_headers), response.media_type)
    run.note("sees", response.background is None, hasattr(response, "body"))
    state = {str(name): value for name, value in run.request.state._state.items()}
    run.note("sees", SEEN.get(()), state, run.request.scope["path"])


@step(AFTER)
async def add_header(run: Running) -> None:
    run.response.headers["X-Added"] = run.name
    run.response.headers.append("vary", run.name)


@step(AFTER)
async def set_cookie(run: Running) -> None:
    run.response.set_cookie(run.name, "1")


@step(AFTER)
async def drop_header(run: Running) -> None:
    del run.response.headers["content-type"]


@step(AFTER)
async def change_status(run: Running) -> None:
    run.response.status_code = 299


@step(AFTER)
async def set_background(run: Running) -> None:
    run.response.background = note_background(run.name)


@step(AFTER)
async def suspend_(run: Running) -> None:
    await anyio.sleep(0)


@step(AFTER)
async def read_and_replace(run: Running) -> None:
    pieces = [piece async for piece in run.response.body_iterator]
    run.note("pieces", pieces)
    headers = dict(run.response.headers)
    status = run.response.status_code
    run.response = Response(b"".join(pieces), status, headers=headers)


@step(AFTER)
async def read_some(run: Running) -> None:
    async for piece in run.response.body_iterator:
        run.note("first piece", piece)
        break


@step(AFTER)
async def close_iterator(run: Running) -> None:
    await run.response.body_iterator.aclose()


@step(AFTER)
async def read_in_own_task(run: Running) -> None:
    async def read() -> list[bytes]:
        return [piece async for piece in run.response.body_iterator]

    run.response = Response(b"".join(await asyncio.create_task(read())))


@step(AFTER)
async def replace_raw_headers(run: Running) -> None:
    run.response.raw_headers = [(b"x-only", b"1")]


@step(AFTER)
async def read_with_timeout(run: Running) -> None:
    with anyio.move_on_after(run.patience):
        run.note("read", [piece async for piece in run.response.body_iterator])


@step(AFTER)
async def put_back(run: Running) -> None:
    async def again() -> AsyncGenerator[bytes, None]:
        for piece in pieces:
            yield piece

    pieces = [piece async for piece in run.response.body_iterator]
    run.response.body_iterator = again()


@step(AFTER)
async def wrap_iterator(run: Running) -> None:
    inner = run.response.body_iterator

    async def louder() -> AsyncGenerator[bytes, None]:
        async for piece in inner:
            await anyio.sleep(0)
            run.note("passes", len(piece))
            yield piece.upper()

    run.response.body_iterator = louder()


@step(AFTER)
async def stream_again(run: Running) -> None:
    run.response = StreamingResponse(
        run.response.body_iterator,
        headers={"x-streamed": run.name},
        background=run.response.background,
    )


@step(AFTER)
async def replace(run: Running) -> None:
    run.response = PlainTextResponse(f"replaced by {run.name}")


@step(AFTER)
async def replace_with_none(run: Running) -> None:
    run.response = None


@step(AFTER)
async def read_body_late(run: Running) -> None:
    run.note("late body", await run.request.body())


@step(AFTER)
async def fail_after(run: Running) -> None:
    raise RuntimeError(f"after, by {run.name}")


@step(AFTER)
async def refuse_after(run: Running) -> None:
    raise HTTPException(403)
