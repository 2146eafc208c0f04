"""More steps of middleware functions: looking at the request, and small changes to responses."""

from typing import Any

from starlette.requests import Request

from .steps import AFTER, BEFORE, Running, step


def _told(look: Any) -> Any:
    """What a look at the request gives, be it an exception."""
    try:
        return str(look())
    except Exception as error:
        return type(error).__name__, str(error)


def _looks(request: Request) -> dict[str, Any]:
    return {
        "url": lambda: request.url,
        "base": lambda: request.base_url,
        "for": lambda: request.url_for("other", number=3),
        "method": lambda: request.method,
        "headers": lambda: request.headers,
        "query": lambda: request.query_params,
        "cookies": lambda: request.cookies,
        "client": lambda: request.client,
    }


@step(BEFORE)
async def look_at_url(run: Running) -> None:
    run.note("url", _told(lambda: run.request.url))


@step(BEFORE)
async def look_at_method(run: Running) -> None:
    run.note("method", run.request.method, isinstance(run.request, Request))


@step(BEFORE)
async def look_at_headers(run: Running) -> None:
    run.note("headers", run.request.headers.raw, run.request.headers.get("host"))


@step(BEFORE)
async def look_at_all(run: Running) -> None:
    run.note("all", {name: _told(look) for name, look in _looks(run.request).items()})


@step(BEFORE)
async def look_at_scope(run: Running) -> None:
    scope = run.request.scope
    names = "type", "http_version", "method", "path", "root_path", "query_string", "scheme"
    run.note("scope", [scope.get(name) for name in (*names, "client", "server", "state")])


@step(BEFORE)
async def change_scheme(run: Running) -> None:
    run.request.scope["scheme"] = "https"


@step(BEFORE)
async def change_origin(run: Running) -> None:
    kept = [pair for pair in run.request.scope["headers"] if pair[0] != b"origin"]
    run.request.scope["headers"] = [*kept, (b"origin", b"http://a.example")]


@step(BEFORE)
async def change_host(run: Running) -> None:
    run.request.scope["headers"] = [(b"host", b"elsewhere")]


@step(BEFORE)
async def look_then_change_path(run: Running) -> None:
    run.note("url", _told(lambda: run.request.url))
    run.request.scope["path"] = "/checked/7"
    run.note("url", _told(lambda: run.request.url))


@step(BEFORE)
async def replace_scope(run: Running) -> None:
    run.request.scope = {**run.request.scope, "path": "/replaced", "method": "PATCH"}
    run.note("replaced", run.request.method, run.request["path"], _told(lambda: run.request.url))


@step(AFTER)
async def delete_length(run: Running) -> None:
    del run.response.headers["content-length"]


@step(AFTER)
async def double_length(run: Running) -> None:
    run.response.headers.append("content-length", run.response.headers.get("content-length", "1"))


@step(AFTER)
async def wrong_length(run: Running) -> None:
    run.response.headers["content-length"] = "3"


@step(AFTER)
async def close_connection(run: Running) -> None:
    run.response.headers["Connection"] = "close"


@step(AFTER)
async def headers_of_lists(run: Running) -> None:
    run.response.raw_headers = [list(pair) for pair in run.response.raw_headers]


@step(AFTER)
async def split_header(run: Running) -> None:
    run.response.headers["x-added"] = "a\r\nx-injected: 1"


@step(AFTER)
async def look_at_late_url(run: Running) -> None:
    run.note("late", _told(lambda: run.request.url), run.request.method)
    run.note("late path", run.request.scope["path"])


@step(AFTER)
async def no_content(run: Running) -> None:
    run.response.status_code = 204
