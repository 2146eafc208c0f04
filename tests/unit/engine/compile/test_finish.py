"""From an endpoint's result to its answer, as the interpreter would make it."""

import threading
from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any

import pytest
from pydantic import AfterValidator, BaseModel, Field, ValidationError
from starlette.background import BackgroundTask
from starlette.responses import HTMLResponse, Response

from talarian.engine.analyse.plan import Plan
from talarian.engine.app.application import Talarian
from talarian.engine.app.route import Route
from talarian.engine.compile import finish
from talarian.engine.compile.turn import Turn
from talarian.engine.declare.depends import Depends
from talarian.engine.ground.background import BackgroundTasks
from talarian.engine.ground.errors import ResponseValidationError
from talarian.engine.ground.responses import JSONResponse
from tests.unit.engine.app.helpers import call


class Item(BaseModel):
    name: str
    price: Annotated[float | None, Field(alias="Price")] = None


class Checked(BaseModel):
    name: Annotated[str, AfterValidator(str.lower)]


class Plain(Turn):
    """A turn at a request from nowhere."""

    method = "GET"
    root_path = "/root/"

    request: Any = None

    def cleanup(self, generators: int) -> Any: ...
    def stack(self, scope: Any) -> Any: ...
    async def send(self, answer: Any) -> None: ...
    async def resume(self, solved: Any, *, inside: bool = False) -> Any: ...


def endpoint() -> Any: ...


def plan(function: Callable[..., Any] = endpoint, **options: Any) -> Plan:
    return Route("/items/{id}", function, **options).plan


def test_json_is_written_unless_somebody_chose_another_class() -> None:
    assert finish.writes_json(plan())
    assert finish.writes_json(plan(response_model=Item, status_code=201))
    chosen = (JSONResponse, HTMLResponse)
    assert not any(finish.writes_json(plan(response_class=each)) for each in chosen)
    without_content = (204, 304)
    assert not any(
        finish.writes_json(plan(status_code=each, response_model=None)) for each in without_content
    )


def test_an_application_may_choose_another_class_for_all() -> None:
    app = Talarian(default_response_class=HTMLResponse)
    app.get("/")(lambda: "<p>")
    _, headers, text = call(app, "/")
    assert (headers["content-type"], text) == ("text/html; charset=utf-8", "<p>")


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({}, '{"name":"a","Price":null}'),
        ({"response_model_by_alias": False}, '{"name":"a","price":null}'),
        ({"response_model_exclude_unset": True}, '{"name":"a"}'),
        ({"response_model_exclude_defaults": True}, '{"name":"a"}'),
        ({"response_model_exclude_none": True}, '{"name":"a"}'),
        ({"response_model_include": {"price"}}, '{"Price":null}'),
        ({"response_model_exclude": {"name"}}, '{"Price":null}'),
        ({"response_model_include": set()}, "{}"),
        ({"response_model_include": ["price"]}, '{"Price":null}'),
    ],
)
def test_a_model_is_written_with_the_options_of_the_route(options: Any, text: str) -> None:
    written = finish.dump(plan(response_model=Item, **options))
    assert written(Item(name="a")).decode() == text


def test_a_blocking_endpoint_and_pydantic_go_to_a_worker_together() -> None:
    def makes() -> dict[str, Any]:
        return {"name": "a", "more": 1}

    model = plan(makes, response_model=Item)
    assert finish.may_validate_in_one_go(model)
    assert finish.in_one_go(model)(Plain()) == Item(name="a")
    assert not finish.may_validate_in_one_go(plan(makes, response_model=Checked))
    assert not finish.may_validate_in_one_go(plan(makes, response_model=None))


def test_a_response_is_not_validated() -> None:
    response = Response()
    assert finish.in_one_go(plan(lambda: response, response_model=Item))(Plain()) is response


def test_what_does_not_fit_the_model_says_where_it_was_made() -> None:
    unfitting = {"name": 5}
    model = plan(lambda: unfitting, response_model=Item)
    with pytest.raises(ResponseValidationError) as caught:
        finish.in_one_go(model)(Plain())
    error = caught.value
    assert error.body is unfitting
    assert [each["loc"] for each in error.errors()] == [("response", "name")]
    assert error.endpoint_path == "GET /root/items/{id}"
    assert (error.endpoint_file, error.endpoint_function) == (__file__, "<lambda>")
    assert error.__suppress_context__
    assert isinstance(error.__context__, ValidationError)


@pytest.mark.parametrize("kind", ["async", "sync"])
def test_validators_in_python_run_where_the_endpoint_does(kind: str) -> None:
    threads: list[int] = []

    class Seen(BaseModel):
        name: Annotated[str, AfterValidator(lambda name: threads.append(threading.get_ident()))]

    async def waits() -> Any:
        return {"name": "a"}

    app = Talarian()
    app.get("/", response_model=Seen)(waits if kind == "async" else lambda: {"name": "a"})
    call(app, "/")
    assert (threads == [threading.get_ident()]) is (kind == "async")


@pytest.mark.parametrize(
    "value",
    [None, {"a": 1}, [1.5, "é"], Decimal("1.5"), {1: 2}, Item(name="a"), 1e-5, {"_sa": 1}],
    ids=repr,
)
def test_data_without_a_model_is_written_as_the_interpreter_writes_it(value: Any) -> None:
    async def waits() -> Any:
        return value

    app = Talarian()
    app.get("/compiled", response_model=None)(waits)
    app.get("/whole", response_model=None, response_class=JSONResponse)(waits)
    assert call(app, "/compiled") == call(app, "/whole")


def test_a_response_takes_the_tasks_of_its_request_unless_it_has_its_own() -> None:
    turn = Plain()
    tasks = turn.tasks()
    own = BackgroundTask(lambda: None)
    assert finish.returned(turn, Response()).background is tasks
    assert finish.returned(turn, Response(background=own)).background is own


@pytest.mark.parametrize("model", [None, Item])
def test_status_headers_and_tasks_of_dependencies_are_kept(model: Any) -> None:
    log: list[str] = []

    def says(response: Response, tasks: BackgroundTasks) -> None:
        response.status_code = 202
        response.set_cookie("a", "b")
        tasks.add_task(log.append, "done")

    app = Talarian()

    @app.get("/", response_model=model)
    async def waits(said: Annotated[None, Depends(says)]) -> Any:
        return {"name": "a"}

    status, headers, text = call(app, "/")
    assert (status, headers["set-cookie"], log) == (202, "a=b; Path=/; SameSite=lax", ["done"])
    assert text.startswith('{"name":"a"')


def test_a_dependency_may_take_the_content_away() -> None:
    app = Talarian()

    def empty(response: Response) -> None:
        response.status_code = 204

    @app.get("/", dependencies=[Depends(empty)])
    async def waits() -> Item:
        return Item(name="a")

    status, headers, text = call(app, "/")
    assert (status, text, "content-length" in headers) == (204, "", False)
