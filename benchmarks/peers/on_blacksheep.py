"""BlackSheep, with pydantic by hand."""

# The frameworks live in an environment of their own, where types are not checked.
# mypy: disable-error-code="import-not-found,untyped-decorator"
# pyright: basic, reportMissingImports=false

from blacksheep import Application, Content, Request, Response, get, json, post
from pydantic import ValidationError

from benchmarks.app.models import Item, ItemQuery, created

app = Application()


@get("/")
async def root() -> Response:
    return json({"message": "Hello"})


@get("/items/{item_id}")
async def read_item(request: Request) -> Response:
    given = {name: values[-1] for name, values in request.query.items()}
    given.update(request.route_values or {})
    return json(ItemQuery.model_validate(given).model_dump())


@post("/items")
async def create_item(request: Request) -> Response:
    answer = created(Item.model_validate_json(await request.read() or b""))
    return as_json(200, answer.model_dump_json())


@app.exception_handler(ValidationError)
async def refuse(_app: Application, _request: Request, error: ValidationError) -> Response:
    return as_json(422, error.json())


def as_json(status: int, text: str) -> Response:
    return Response(status, content=Content(b"application/json", text.encode()))
