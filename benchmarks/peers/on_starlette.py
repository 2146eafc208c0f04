"""Starlette, with pydantic by hand."""

# The frameworks live in an environment of their own, where types are not checked.
# mypy: disable-error-code="import-not-found,untyped-decorator"
# pyright: basic, reportMissingImports=false

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from benchmarks.app.models import Item, ItemQuery, created


async def root(_: Request) -> JSONResponse:
    return JSONResponse({"message": "Hello"})


async def read_item(request: Request) -> Response:
    given = {**request.query_params, **request.path_params}
    return JSONResponse(ItemQuery.model_validate(given).model_dump())


async def create_item(request: Request) -> Response:
    answer = created(Item.model_validate_json(await request.body()))
    return Response(answer.model_dump_json(), media_type="application/json")


def sync(_: Request) -> JSONResponse:
    return JSONResponse({"message": "Hello"})


async def refuse(_: Request, error: Exception) -> Response:
    assert isinstance(error, ValidationError)
    return Response(error.json(), 422, media_type="application/json")


app = Starlette(
    routes=[
        Route("/", root),
        Route("/items/{item_id}", read_item),
        Route("/items", create_item, methods=["POST"]),
        Route("/sync", sync),
    ],
    exception_handlers={ValidationError: refuse},
)
