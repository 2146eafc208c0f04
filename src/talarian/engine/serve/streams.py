"""Endpoints that yield: JSON lines, server-sent events, or raw chunks."""

import json
import math
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from typing import Any

import anyio
from anyio import CancelScope
from anyio.streams.memory import MemoryObjectReceiveStream
from starlette.responses import Response, StreamingResponse

from ..analyse.plan import Plan, Stream
from ..analyse.responses import chosen_class
from ..compile.interpret import Exchange
from ..compile.respond import add_collected, dump_options, response_arguments
from ..fields.encode import jsonable_encoder
from ..ground.callables import CallKind
from ..ground.concurrency import iterate_in_threadpool, run_in_threadpool
from ..ground.errors import EndpointContext, ResponseValidationError
from ..ground.sse import (
    KEEPALIVE_COMMENT,
    EventSourceResponse,
    ServerSentEvent,
    format_sse_event,
)

_PING_INTERVAL = 15.0
"""Seconds of silence after which an event stream sends a comment to keep proxies interested."""

_SSE_HEADERS = {
    "cache-control": "no-cache",
    "x-accel-buffering": "no",  # nginx would hold events back until its buffer is full
}

Chunks = AsyncGenerator[Any, None]
EventQueue = MemoryObjectReceiveStream[bytes]


async def stream_response(
    plan: Plan, exchange: Exchange, values: dict[str, Any], context: EndpointContext
) -> Response:
    """Return the streaming response of an endpoint that yields.

    The endpoint starts to run when the response is sent: an exception in it comes after the
    status line, and only aborts the connection. It ends before its dependencies do, even if
    nobody waits for the rest of it.
    """
    stack = exchange.request_stack
    items = _iterate(plan, values)
    arguments = response_arguments(plan.response, exchange)
    response: Response
    match plan.response.stream:
        case Stream.SERVER_SENT_EVENTS:
            events = _encoded(items, _event_encoder(plan, context))
            queue = await stack.enter_async_context(_produced(events))
            response = EventSourceResponse(_with_pings(queue), **arguments)
            response.headers.update(_SSE_HEADERS)
        case Stream.JSON_LINES:
            lines = _encoded(items, _line_encoder(plan, context))
            await stack.enter_async_context(aclosing(lines))
            response = StreamingResponse(lines, media_type="application/jsonl", **arguments)
        case _:
            await stack.enter_async_context(aclosing(items))
            response = chosen_class(plan.response.response_class)(items, **arguments)
    add_collected(response, exchange)
    return response


async def _iterate(plan: Plan, values: dict[str, Any]) -> Chunks:
    produced = plan.root.call(**values)
    threaded = plan.root.kind is CallKind.SYNC_GENERATOR
    items: Any = iterate_in_threadpool(produced) if threaded else produced
    try:
        async for item in items:
            yield item
            # A generator that never waits would otherwise never notice that it was cancelled.
            await anyio.sleep(0)
    finally:
        if hasattr(items, "aclose"):
            await items.aclose()
        if threaded and hasattr(produced, "close"):
            # In a thread, because it may block, and whatever happens to this task.
            with CancelScope(shield=True):
                await run_in_threadpool(produced.close)


async def _encoded(items: Chunks, encode: Callable[[Any], bytes]) -> AsyncGenerator[bytes, None]:
    async with aclosing(items):
        async for item in items:
            yield encode(item)


def _line_encoder(plan: Plan, context: EndpointContext) -> Callable[[Any], bytes]:
    to_json = _json_encoder(plan, context)
    return lambda item: to_json(item) + b"\n"


def _event_encoder(plan: Plan, context: EndpointContext) -> Callable[[Any], bytes]:
    to_json = _json_encoder(plan, context)

    def encode(item: Any) -> bytes:
        if not isinstance(item, ServerSentEvent):
            return format_sse_event(data_str=to_json(item).decode())
        return format_sse_event(
            data_str=_event_data(item),
            event=item.event,
            id=item.id,
            retry=item.retry,
            comment=item.comment,
        )

    return encode


def _event_data(event: ServerSentEvent) -> str | None:
    if event.raw_data is not None:
        return event.raw_data
    if event.data is None:
        return None
    if hasattr(event.data, "model_dump_json"):
        text: str = event.data.model_dump_json()
        return text
    return _plain_json(event.data).decode()


def _json_encoder(plan: Plan, context: EndpointContext) -> Callable[[Any], bytes]:
    """How one item becomes JSON: through the declared item type, or as it is."""
    field = plan.response.item_field
    if field is None:
        return _plain_json
    options = dump_options(plan.response)

    def encode(item: Any) -> bytes:
        value, errors = field.validate(item, ("response",))
        if errors:
            raise ResponseValidationError(errors, body=item, endpoint_ctx=context)
        return field.serialize_json(value, **options)

    return encode


def _plain_json(item: Any) -> bytes:
    return json.dumps(_finite(jsonable_encoder(item))).encode()


def _finite(data: Any) -> Any:
    """Replace NaN and the infinities, which JSON does not have, by null, as pydantic does."""
    if isinstance(data, float):
        return data if math.isfinite(data) else None
    if isinstance(data, dict):
        return {key: _finite(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_finite(value) for value in data]
    return data


@asynccontextmanager
async def _produced(events: AsyncGenerator[bytes, None]) -> AsyncGenerator[EventQueue, None]:
    """Run the endpoint in a task of its own, which ends when the response does.

    Cancelling a wait for the next event, to send a ping, must not cancel the endpoint.
    """
    sender, receiver = anyio.create_memory_object_stream[bytes](max_buffer_size=1)

    async def produce() -> None:
        async with aclosing(events):
            async for event in events:
                await sender.send(event)
        # Not after an exception: a stream that was cut off must not look complete.
        sender.close()

    async with sender, anyio.create_task_group() as tasks, receiver:
        tasks.start_soon(produce)
        yield receiver
        tasks.cancel_scope.cancel()


async def _with_pings(queue: EventQueue) -> AsyncIterator[bytes]:
    """Pass events on, and a comment whenever nothing came for a while."""
    while True:
        event = KEEPALIVE_COMMENT
        try:
            with anyio.move_on_after(_PING_INTERVAL):
                event = await queue.receive()
        except anyio.EndOfStream:
            return
        yield event
