"""What is recorded of requests and connections."""

import asyncio
from typing import Annotated, Any

import pytest
from opentelemetry.trace import SpanKind, StatusCode
from starlette.testclient import TestClient

from talarian import (
    BackgroundTasks,
    Depends,
    HTTPException,
    Request,
    Response,
    Router,
    Talarian,
    WebSocket,
    WebSocketDisconnect,
)
from talarian.telemetry import get_telemetry_data
from talarian.telemetry.asgi import NativeTelemetry
from talarian.telemetry.config import Settings, settings_from
from tests.unit.telemetry.conftest import Recorded


def client(app: Talarian) -> TestClient:
    return TestClient(app, raise_server_exceptions=False)


def test_a_request_and_its_steps(recorded: Recorded) -> None:
    app = Talarian(telemetry=recorded.config)

    @app.get("/items/{number}")
    def read(number: int) -> dict[str, int]:
        return {"number": number}

    assert client(app).get("/items/3?page=1").json() == {"number": 3}
    server = recorded.span("GET /items/{number}")
    assert server.kind is SpanKind.SERVER
    assert server.attributes == {
        "url.scheme": "http",
        "http.request.method": "GET",
        "network.protocol.version": "1.1",
        "server.address": "testserver",
        "server.port": 80,
        "url.path": "/items/3",
        "url.query": "page=1",
        "http.route": "/items/{number}",
        "http.response.status_code": 200,
    }
    steps = [span for span in recorded.spans if span is not server]
    assert [step.name for step in steps] == [
        "fastapi.dependencies",
        "fastapi.endpoint",
        "fastapi.serialization",
    ]
    for step in steps:
        assert step.parent == server.context
        assert step.attributes == {"code.function.name": f"{__name__}.{read.__qualname__}"}
    (duration,) = recorded.points("http.server.request.duration")
    assert duration.count == 1
    assert duration.attributes == {
        "url.scheme": "http",
        "http.request.method": "GET",
        "network.protocol.version": "1.1",
        "http.route": "/items/{number}",
        "http.response.status_code": 200,
    }
    (active,) = recorded.points("http.server.active_requests")
    assert active.value == 0


def test_a_response_is_not_serialized_and_a_stream_is_no_call(recorded: Recorded) -> None:
    app = Talarian(telemetry=recorded.config)

    @app.get("/response")
    def respond() -> Response:
        return Response("as it is")

    @app.get("/stream")
    def stream() -> Any:
        yield 1

    assert client(app).get("/response").text == "as it is"
    assert client(app).get("/stream").status_code == 200
    names = [span.name for span in recorded.spans]
    assert names == [
        "fastapi.dependencies",
        "fastapi.endpoint",
        "GET /response",
        "fastapi.dependencies",
        "GET /stream",
    ]


@pytest.mark.parametrize(
    ("path", "status", "error"),
    [("/bug", 500, "ValueError"), ("/busy", 503, "503"), ("/gone", 410, None)],
)
def test_errors(recorded: Recorded, path: str, status: int, error: str | None) -> None:
    app = Talarian(telemetry=recorded.config)

    @app.get("/bug")
    def bug() -> None:
        raise ValueError("a bug")

    @app.get("/busy")
    def busy() -> None:
        raise HTTPException(503)

    @app.get("/gone")
    def gone() -> None:
        raise HTTPException(410)

    assert client(app).get(path).status_code == status
    server = recorded.span(f"GET {path}")
    assert server.attributes is not None
    assert server.attributes.get("error.type") == error
    assert server.status.status_code is (StatusCode.ERROR if error else StatusCode.UNSET)
    # Only what nobody handled is worth a record; the answer to the client is not.
    assert [log.log_record.event_name for log in recorded.logs] == (
        ["http.server.request.exception"] if path == "/bug" else []
    )


def test_validation_failures_are_counted_not_quoted(recorded: Recorded) -> None:
    app = Talarian(telemetry=recorded.config)

    @app.post("/{number}")
    def create(number: int, body: dict[str, int]) -> None: ...

    assert client(app).post("/private-text", json={"key": "private-value"}).status_code == 422
    (log,) = recorded.logs
    assert log.log_record.event_name == "fastapi.validation.failed"
    assert log.log_record.attributes == {
        "fastapi.validation.error_count": 2,
        "http.route": "/{number}",
    }


def test_exceptions_have_the_names_that_dashboards_know(recorded: Recorded) -> None:
    app = Talarian(telemetry=recorded.config)

    @app.get("/", response_model=int)
    def wrong() -> Any:
        return "no number"

    assert client(app).get("/").status_code == 500
    attributes = recorded.span("fastapi.serialization").attributes
    assert attributes is not None
    assert attributes["error.type"] == "fastapi.exceptions.ResponseValidationError"


def test_the_data_lives_as_long_as_the_request(recorded: Recorded) -> None:
    app = Talarian(telemetry=recorded.config)
    seen: list[Any] = []

    def service(request: Request) -> str:
        data = get_telemetry_data()
        assert data is not None and data.request is request and data.values is None
        return "service"

    @app.post("/")
    async def create(
        item: dict[str, int], service: Annotated[str, Depends(service)], later: BackgroundTasks
    ) -> None:
        data = get_telemetry_data()
        assert data is not None and data.body == {"a": 1}
        assert data.values == {"item": {"a": 1}, "service": "service", "later": later}
        later.add_task(lambda: seen.append(get_telemetry_data() is data))

    assert client(app).post("/", json={"a": 1}).status_code == 200
    assert seen == [True]
    assert get_telemetry_data() is None


def test_mounts_and_inclusions_make_one_template(recorded: Recorded) -> None:
    inner, outer = Talarian(telemetry=recorded.config), Talarian(telemetry=recorded.config)
    router = Router(prefix="/v1")

    @router.get("/items/{number}/")
    def read(number: int) -> int:
        return number

    inner.include_router(router, prefix="/api")
    middle = Talarian(telemetry=recorded.config)
    middle.mount("/of/{owner}", inner)
    outer.mount("/tenants/{tenant}", middle)
    path = "/tenants/acme/of/me/api/v1/items/1"
    assert client(outer).get(path).json() == 1
    redirect, served = [span for span in recorded.spans if span.kind is SpanKind.SERVER]
    template = "GET /tenants/{tenant}/of/{owner}/api/v1/items/{number}/"
    assert redirect.name == served.name == template


def test_an_excluded_request_leaves_nothing(recorded: Recorded) -> None:
    app = Talarian(
        telemetry={**recorded.config, "exclude": lambda scope: scope["path"] == "/health"}
    )

    @app.get("/health")
    def health() -> bool:
        return get_telemetry_data() is None

    assert client(app).get("/health").json() is True
    assert not recorded.spans
    assert not recorded.points("http.server.request.duration")


def test_a_websocket_is_one_span(recorded: Recorded) -> None:
    app = Talarian(telemetry=recorded.config)

    @app.websocket("/rooms/{room}")
    async def join(websocket: WebSocket, room: int) -> None:
        await websocket.accept()
        await websocket.receive_text()

    # Hanging up with code 1000 is not a failure, though the endpoint does not get to its end.
    with pytest.raises(WebSocketDisconnect), client(app).websocket_connect("/rooms/1"):
        pass
    assert {span.name: span.status.status_code for span in recorded.spans} == {
        "fastapi.dependencies": StatusCode.UNSET,
        "fastapi.endpoint": StatusCode.UNSET,
        "WS /rooms/{room}": StatusCode.UNSET,
    }
    assert not recorded.logs


@pytest.mark.parametrize(("leaves", "error"), [(True, "ConnectionError"), (False, "RuntimeError")])
def test_a_response_that_is_cut_off_is_an_error(
    recorded: Recorded, leaves: bool, error: str
) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200})
        if leaves:
            await receive()

    async def receive() -> Any:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None: ...

    scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
    telemetry = NativeTelemetry(settings_from(recorded.config))
    asyncio.run(telemetry(app=app, scope=scope, receive=receive, send=send))
    attributes = recorded.span("GET").attributes
    assert attributes is not None and attributes["error.type"] == error


def test_without_a_provider_there_is_nothing_to_do() -> None:
    assert not NativeTelemetry(Settings()).enabled()
