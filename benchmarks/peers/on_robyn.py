"""Robyn, with pydantic by hand. It serves itself: `python -m benchmarks.peers.on_robyn PORT`."""

# The frameworks live in an environment of their own, where types are not checked.
# mypy: disable-error-code="import-not-found,untyped-decorator"
# pyright: basic, reportMissingImports=false

import sys

# Robyn reads the command line when it is imported.
port = int(sys.argv.pop(1))
sys.argv += ["--processes", "1", "--workers", "1", "--log-level", "ERROR", "--disable-openapi"]

from pydantic import ValidationError  # noqa: E402
from robyn import Request, Response, Robyn  # noqa: E402

from benchmarks.app.models import Item, ItemQuery, created  # noqa: E402

app = Robyn(__file__)


def as_json(status: int, text: str) -> Response:
    return Response(status, {"content-type": "application/json"}, text)


@app.get("/")
async def root(_: Request) -> dict[str, str]:
    return {"message": "Hello"}


@app.get("/items/:item_id")
async def read_item(request: Request) -> Response:
    given = {name: values[-1] for name, values in request.query_params.to_dict().items()}
    try:
        query = ItemQuery.model_validate({**given, **request.path_params})
    except ValidationError as error:
        return as_json(422, error.json())
    return as_json(200, query.model_dump_json())


@app.post("/items")
async def create_item(request: Request) -> Response:
    try:
        item = Item.model_validate_json(request.body)
    except ValidationError as error:
        return as_json(422, error.json())
    return as_json(200, created(item).model_dump_json())


@app.get("/sync")
def sync(_: Request) -> dict[str, str]:
    return {"message": "Hello"}


if __name__ == "__main__":
    app.start(host="127.0.0.1", port=port)
