"""What most APIs are made of."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path as FilePath
from typing import Annotated, Any

from pydantic import BaseModel, Field
from starlette.applications import Starlette
from starlette.responses import (
    FileResponse,
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    StreamingResponse,
)
from starlette.routing import Route

from talarian import (
    BackgroundTasks,
    Cookie,
    Depends,
    Form,
    Header,
    HTTPException,
    Query,
    Request,
    Response,
    Router,
    Talarian,
    WebSocket,
)

FILE = FilePath(__file__)


class Item(BaseModel):
    name: str = Field(min_length=1)
    price: float
    tags: list[str] = []


class Stored(BaseModel):
    id: int
    name: str
    price: float


class Gone(Exception):
    """Has a handler of its own."""


def make(**options: Any) -> Talarian:
    app = Talarian(**options)
    for router in (basics(), returned(), dependent(), failing(), reading()):
        app.include_router(router)
    app.mount("/mounted", Starlette(routes=[Route("/", lambda _: PlainTextResponse("below"))]))

    @app.exception_handler(Gone)
    async def gone(request: Request, error: Exception) -> Response:
        return JSONResponse({"gone": str(error)}, 410, headers={"X-Gone": "yes"})

    return app


def basics() -> Router:
    router = Router()

    @router.get("/")
    async def root() -> dict[str, str]:
        return {"message": "Hello"}

    @router.get("/sync")
    def sync() -> dict[str, str]:
        return {"message": "from a thread"}

    @router.get("/slow")
    async def slow() -> dict[str, str]:
        await asyncio.sleep(0.02)
        return {"message": "slow"}

    @router.get("/items/{item_id}")
    async def item(
        item_id: int, q: str | None = None, limit: Annotated[int, Query(ge=1)] = 10
    ) -> dict[str, Any]:
        return {"item_id": item_id, "q": q, "limit": limit}

    @router.post("/items", status_code=201)
    async def create(item: Item) -> Stored:
        return Stored(id=1, name=item.name, price=item.price)

    @router.put("/items/{item_id}")
    async def replace(item_id: int, item: Item) -> dict[str, Any]:
        return {"item_id": item_id, **item.model_dump()}

    @router.delete("/items/{item_id}", status_code=204)
    async def delete(item_id: int) -> None:
        return None

    @router.patch("/items/{item_id}")
    async def patch(item_id: int, body: dict[str, Any]) -> dict[str, Any]:
        return body

    @router.get("/files/{path:path}")
    async def file(path: str) -> dict[str, str]:
        return {"path": path}

    @router.get("/search")
    async def search(
        q: str = "", tag: Annotated[list[str] | None, Query()] = None
    ) -> dict[str, Any]:
        return {"q": q, "tag": tag}

    @router.head("/head")
    async def head(response: Response) -> None:
        response.headers["X-Head"] = "yes"

    @router.api_route("/both", methods=["GET", "HEAD"])
    async def both() -> dict[str, str]:
        return {"both": "yes"}

    @router.get("/slashed/")
    async def slashed() -> str:
        return "slashed"

    @router.options("/options")
    async def options() -> dict[str, str]:
        return {"options": "yes"}

    @router.websocket("/socket")
    async def socket(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text("hello")
        await websocket.close()

    return router


def returned() -> Router:
    router = Router(prefix="/returned")

    @router.get("/json")
    async def json() -> JSONResponse:
        return JSONResponse({"returned": True}, 202, headers={"X-Returned": "json"})

    @router.get("/html", response_class=HTMLResponse)
    async def html() -> str:
        return "<h1>é</h1>"

    @router.get("/text", response_class=PlainTextResponse)
    async def text() -> str:
        return "plain é"

    @router.get("/redirect")
    async def redirect() -> RedirectResponse:
        return RedirectResponse("/elsewhere?q=é")

    @router.get("/stream")
    async def stream() -> StreamingResponse:
        async def parts() -> AsyncIterator[bytes]:
            for number in range(3):
                yield b"part %d," % number
                await asyncio.sleep(0)

        return StreamingResponse(parts(), media_type="text/plain")

    @router.get("/file")
    async def file() -> FileResponse:
        return FileResponse(FILE, filename="ordinary.txt")

    @router.get("/bytes")
    async def raw() -> Response:
        return Response(b"\0\1\2\xff", media_type="application/octet-stream")

    @router.get("/status/{status}")
    async def status(status: int) -> Response:
        return Response(status_code=status)

    @router.get("/odd/{status}")
    async def odd(status: int, response: Response) -> dict[str, int]:
        response.status_code = status
        return {"status": status}

    @router.get("/close")
    async def close() -> JSONResponse:
        return JSONResponse({}, headers={"Connection": "close"})

    @router.get("/headers")
    async def headers(response: Response) -> dict[str, str]:
        response.headers["X-One"] = "1"
        response.headers.append("X-Many", "a")
        response.headers.append("X-Many", "b")
        response.headers["X-Empty"] = ""
        response.headers["X-Latin"] = "é"
        return {}

    @router.get("/unsafe")
    async def unsafe(value: str, response: Response) -> dict[str, str]:
        response.headers["X-Unsafe"] = value
        return {}

    @router.get("/cookies")
    async def cookies(response: Response, a: Annotated[str | None, Cookie()] = None) -> Any:
        response.set_cookie("b", "2", httponly=True)
        response.delete_cookie("c")
        return {"a": a}

    @router.get("/none")
    async def none() -> None:
        return None

    @router.get("/large")
    async def large() -> list[int]:
        return list(range(50_000))

    return router


def dependent() -> Router:
    router = Router(prefix="/dependent")
    closed: list[str] = []

    async def opened(response: Response) -> AsyncIterator[str]:
        response.headers["X-Opened"] = "yes"
        yield "opened"
        closed.append("async")

    def opened_in_thread(first: Annotated[str, Depends(opened)]) -> Iterator[str]:
        yield first + " twice"
        closed.append("sync")

    @router.get("/yield")
    async def yielded(value: Annotated[str, Depends(opened_in_thread)]) -> dict[str, Any]:
        closed.clear()
        return {"value": value}

    @router.get("/yield/closed")
    async def yielded_closed() -> list[str]:
        return closed

    @router.get("/background")
    async def background(tasks: BackgroundTasks) -> dict[str, str]:
        closed.clear()
        tasks.add_task(closed.append, "background")
        return {"later": "yes"}

    @router.get("/background/async")
    async def background_async(tasks: BackgroundTasks) -> dict[str, str]:
        async def later() -> None:
            await asyncio.sleep(0)
            closed.append("background async")

        closed.clear()
        tasks.add_task(later)
        return {"later": "yes"}

    async def refuses() -> str:
        raise HTTPException(403, "not you", headers={"X-Why": "because"})

    @router.get("/refused")
    async def refused(_: Annotated[str, Depends(refuses)]) -> None:
        return None

    return router


def failing() -> Router:
    router = Router(prefix="/failing")

    @router.get("/http")
    async def http() -> None:
        raise HTTPException(418, {"reason": "teapot"}, headers={"X-Pot": "tea"})

    @router.get("/handled")
    async def handled() -> None:
        raise Gone("for good")

    @router.get("/value")
    async def value() -> None:
        raise ValueError("a mistake in an endpoint")

    @router.get("/later")
    async def later() -> None:
        await asyncio.sleep(0)
        raise ValueError("a mistake after a suspension")

    @router.get("/sync")
    def sync() -> None:
        raise ValueError("a mistake in a thread")

    @router.get("/system")
    async def system() -> None:
        raise asyncio.CancelledError

    @router.get("/response")
    async def response() -> Stored:
        return {"id": "no number"}  # type: ignore[return-value]

    async def fails_after() -> AsyncIterator[None]:
        yield
        raise ValueError("a mistake after the response")

    @router.get("/after", dependencies=[Depends(fails_after)])
    async def after() -> dict[str, str]:
        return {"sent": "before"}

    async def fails_before() -> AsyncIterator[None]:
        raise ValueError("a mistake before the endpoint")
        yield

    @router.get("/before", dependencies=[Depends(fails_before)])
    async def before() -> None:
        return None

    @router.get("/background")
    async def background(tasks: BackgroundTasks) -> dict[str, str]:
        async def fail() -> None:
            raise ValueError("a mistake in a background task")

        tasks.add_task(fail)
        return {"later": "no"}

    return router


def reading() -> Router:
    router = Router(prefix="/reading")

    @router.api_route("/request", methods=["GET", "POST", "PUT", "QUERY", "HEAD", "OPTIONS"])
    async def whole(request: Request) -> dict[str, Any]:
        server = request.scope["server"]
        return {
            "method": request.method,
            "url": str(request.url),
            "path": request.scope["path"],
            "raw_path": request.scope["raw_path"].decode("latin-1"),
            "query": request.scope["query_string"].decode("latin-1"),
            "root_path": request.scope["root_path"],
            "version": request.scope["http_version"],
            "scheme": request.scope["scheme"],
            "client": request.client.host if request.client else None,
            "server": server and server[0],
            "headers": [[n.decode("latin-1"), v.decode("latin-1")] for n, v in request.headers.raw],
            "asgi": request.scope["asgi"],
            "body": (await request.body()).decode("latin-1"),
        }

    @router.get("/headers")
    async def headers(
        user_agent: Annotated[str | None, Header()] = None,
        x_many: Annotated[list[str] | None, Header()] = None,
        x_number: Annotated[int, Header()] = 0,
    ) -> dict[str, Any]:
        return {"user_agent": user_agent, "x_many": x_many, "x_number": x_number}

    @router.post("/form")
    async def form(name: Annotated[str, Form()], age: Annotated[int, Form()] = 0) -> dict[str, Any]:
        return {"name": name, "age": age}

    @router.post("/text")
    async def text(request: Request) -> dict[str, int]:
        return {"length": len(await request.body())}

    @router.post("/nothing")
    async def nothing() -> dict[str, str]:
        return {"read": "nothing"}

    @router.get("/client")
    async def client(request: Request) -> dict[str, Any]:
        return {"host": request.client and request.client.host, "scheme": request.url.scheme}

    return router
