"""What third-party packages and editors' automatic imports ask of FastAPI's modules."""

import copy
import inspect
from importlib import import_module
from typing import Annotated, Any

from pydantic import AliasChoices, BaseModel, Field
from starlette.datastructures import FormData

import talarian.fastapi as face
import talarian.fastapi.routing as routing
from talarian.fastapi import APIRouter, FastAPI, Form, WebSocket
from talarian.fastapi.dependencies import utils
from talarian.fastapi.openapi import utils as openapi_utils
from tests.contract.client import request

PASSING = {
    "applications": "ASGIApp, HTTPException, Lifespan, Request, Starlette, get_openapi",
    "background": "P, StarletteBackgroundTasks",
    "concurrency": "AsyncGenerator, asynccontextmanager",
    "datastructures": "Any, StarletteUploadFile",
    "dependencies.utils": "BackgroundTasks, lenient_issubclass, run_in_threadpool",
    "encoders": "BaseModel, Decimal, Enum, UUID",
    "exceptions": "BaseModel, StarletteHTTPException",
    "openapi.constants": "METHODS_WITH_BODY, REF_PREFIX, REF_TEMPLATE",
    "openapi.utils": "JSONResponse, nothing_of_this_name",
    "params": "Enum, Example, FieldInfo",
    "routing": "JSONResponse, Mount, Request, Response, asynccontextmanager",
    "security.api_key": "APIKey, APIKeyBase, APIKeyIn, HTTPException",
    "security.http": "HTTPBaseModel, HTTPConnection, get_authorization_scheme_param",
    "security.oauth2": "Form, HTTPException, OAuth2Model, OAuthFlowsModel",
}


def case_names_in_passing() -> Any:
    return {
        module: [hasattr(import_module(f"talarian.fastapi.{module}"), name) for name in names]
        for module, names in ((module, names.split(", ")) for module, names in PASSING.items())
    }


def case_submodules_that_nobody_imported() -> Any:
    paths = ("encoders", "exception_handlers", "openapi.docs", "params", "security.utils", "sse")
    return [_follows(face, path) for path in paths]


def _follows(module: Any, path: str) -> bool:
    for name in path.split("."):
        module = getattr(module, name)
    return inspect.ismodule(module)


def case_the_typed_signature_says_nothing_of_the_result() -> Any:
    def endpoint(number: "int", *, text: str = "x") -> int:
        return number

    return str(utils.get_typed_signature(endpoint))


def case_empty_values_are_no_response_model() -> Any:
    app = FastAPI()
    for number, model in enumerate(({}, [], "", 0, False, ())):
        app.get(f"/{number}", response_model=model)(lambda: "done")
    paths = app.openapi()["paths"].values()
    return [path["get"]["responses"]["200"] for path in paths]


def case_other_definitions_of_the_validation_error() -> Any:
    app = FastAPI()
    app.get("/{number}")(lambda number: number)
    one, body = (
        openapi_utils.validation_error_definition,
        openapi_utils.validation_error_response_definition,
    )
    told = [copy.deepcopy(one), copy.deepcopy(body)]
    properties = body["properties"]
    try:
        body["properties"] = {"errors": {"type": "string"}}
        openapi_utils.validation_error_definition = {"title": "Mine", "type": "string"}
        told.append(app.openapi()["components"])
    finally:
        body["properties"] = properties
        openapi_utils.validation_error_definition = one
    return told


class Proxy:
    """A wrapper as wrapt makes them: it equals what it wraps."""

    def __init__(self, wrapped: Any, calls: list[str]) -> None:
        self.wrapped, self.calls = wrapped, calls

    def __eq__(self, other: object) -> bool:
        return bool(self.wrapped == other)

    def __hash__(self) -> int:
        return hash(self.wrapped)

    async def __call__(self, *args: Any, **keywords: Any) -> Any:
        self.calls.append(self.wrapped.__name__)
        return await self.wrapped(*args, **keywords)


async def case_steps_wrapped_by_instrumentation() -> Any:
    app = FastAPI()
    app.get("/")(lambda: {"a": 1})
    calls: list[str] = []
    for name in ("run_endpoint_function", "serialize_response"):
        step = getattr(routing, name)
        setattr(routing, name, Proxy(step, calls))
        try:
            calls.append(str(await request(app, "GET", "/")))
        finally:
            setattr(routing, name, step)
    return calls


async def case_routes_made_of_what_vars_tells() -> Any:
    """As Cadwyn does it: a deep copy of the route, with what its inclusions add set on it."""
    router = APIRouter(prefix="/inner", tags=["inner"])
    router.post("/{number}", status_code=201)(_add)
    router.websocket("/socket")(_socket)
    app = FastAPI()
    app.include_router(router, prefix="/outer", tags=["outer"])
    told: list[Any] = []
    copies = FastAPI()
    for route, context in routing._iter_routes_with_context(app.routes):
        if context is None or not isinstance(route, routing.APIRoute):
            continue
        keep = {id(value): value for value in (route.dependant, route.body_field) if value}
        moved = copy.deepcopy(route, keep)
        for name, value in vars(context).items():
            if name not in {"original_route", "starlette_route"}:
                setattr(moved, name, copy.copy(value) if isinstance(value, list) else value)
        moved.app = routing.request_response(moved.get_route_handler())
        copies.router.routes.append(moved)
        told.append([moved.path, moved.tags, moved.unique_id, moved.status_code])
    told.append(await request(copies, "POST", "/outer/inner/3?more=4"))
    told.append(await request(copies, "POST", "/outer/inner/x"))
    told.append(copies.openapi()["paths"])
    return told


def _add(number: int, more: int = 0) -> dict[str, int]:
    return {"sum": number + more}


async def _socket(websocket: WebSocket) -> None:
    await websocket.accept()


class Wish(BaseModel):
    item: int
    color: str | None = Field(None, validation_alias=AliasChoices("colour", "color"))
    tags: list[str] = []


class Complaint(BaseModel):
    reason: str


def wished(wish: Annotated[Wish, Form()]) -> None: ...
def wished_or_complained(letter: Annotated[Wish | Complaint, Form()]) -> None: ...
def numbered(number: Annotated[int, Form()], code: Annotated[str, Form(alias="c")]) -> None: ...


BODIES: list[Any] = [
    None,
    {},
    {"item": "1"},
    {"wish": {"item": "1", "tags": ["a"]}},
    {"wish": {"item": "1", "tags": "a"}},
    {"letter": {"item": "1", "tags": "a"}},
    {"letter": {"reason": "late"}},
    {"wish": None, "number": "3", "c": ""},
    FormData([("item", "1"), ("tags", "a"), ("tags", "b"), ("colour", "")]),
    FormData([("reason", "late"), ("number", "1"), ("number", "2"), ("c", "x")]),
]


async def case_a_dict_in_the_place_of_a_form() -> Any:
    """As Cadwyn hands over what it has migrated."""
    told: list[str] = []
    for endpoint in (wished, wished_or_complained, numbered):
        fields = utils.get_dependant(path="/", call=endpoint).body_params
        embed = utils._should_embed_body_fields(fields)
        for body in BODIES:
            told.append(str(await utils.request_body_to_args(fields, body, embed)))
    return told


def case_form_models_taken_apart() -> Any:
    told: list[Any] = []
    form = FormData([("item", "1"), ("tags", "a"), ("colour", ""), ("c", "x"), ("c", "y")])
    for endpoint in (wished, wished_or_complained, numbered):
        for field in utils.get_dependant(path="/", call=endpoint).body_params:
            models = utils._get_form_models(field)
            told.append([[model.__name__ for model in models], utils._get_param_aliases(field)])
            told.append(str(utils._get_multidict_value(field, form, "c")))
            told += [utils._is_form_model_supplied(model, form) for model in models]
    data = {"item": ["1", "2"], "tags": "a", "colour": "", "color": "red", "other": ["x", "y"]}
    told.append(utils._normalize_form_model(data, model=Wish))
    return told
