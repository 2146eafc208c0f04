"""What people write, with every kind of keyword: type checkers have nothing to say about it."""

from typing import Annotated, assert_type

from pydantic import BaseModel
from starlette.responses import HTMLResponse

from talarian import (
    Body,
    Cookie,
    Depends,
    File,
    Form,
    Header,
    HTTPException,
    Path,
    Query,
    Request,
    Router,
    Security,
    Talarian,
    UploadFile,
    WebSocket,
)
from talarian.extensions import Extension, Installed


class Item(BaseModel):
    name: str


async def session() -> int:
    return 1


class Greeter(Extension):
    word = "hello"


app = Talarian(
    extensions=[Greeter()],
    title="Shop",
    dependencies=[Depends(session)],
    redirect_slashes=False,
    max_body_size=1000,
    form_limits={"max_files": 1},
)
router = Router(prefix="/items", tags=["items"], default_response_class=HTMLResponse)


@router.get("/{item_id}", response_model=Item, response_model_exclude_unset=True, tags=["x"])
async def read(
    item_id: Annotated[int, Path(ge=1)],
    request: Request,
    q: Annotated[str | None, Query(max_length=5, deprecated=True)] = None,
    agent: str = Header("none", convert_underscores=False),
    cookie: str = Cookie(default_factory=str),
    db: int = Depends(session, scope="function", use_cache=False),
    user: int = Security(session, scopes=["read"]),
) -> Item:
    if not q:
        raise HTTPException(404, headers={"x": "y"})
    return Item(name=q)


@router.post("/", status_code=201, responses={404: {"model": Item}})
def create(
    item: Annotated[Item, Body(embed=True)],
    note: Annotated[str, Form(media_type="text/plain")],
    upload: Annotated[UploadFile, File(description="D")],
) -> Item:
    return item


@router.api_route("/both", methods=["GET", "POST"], include_in_schema=False)
def both() -> None: ...


@app.websocket("/ws", dependencies=[Depends(session)])
async def talk(websocket: WebSocket) -> None:
    await websocket.accept()


@app.exception_handler(404)
async def missing(request: Request, error: Exception) -> HTMLResponse:
    return HTMLResponse("")


app.install(Greeter())


@app.get("/greet")
def greet(greeter: Annotated[Greeter, Installed(Greeter)]) -> str:
    return greeter.word


def helper(tenant: str) -> None: ...


app.include_router(router, prefix="/v1", responses={400: {}}, max_body_size=None)
app.add_api_route("/more", both, methods=["PUT"], name="more", openapi_extra={"x-a": 1})

# A decorated function is what it was.

assert_type(app.get("/helper", summary="S")(helper)("acme"), None)
