"""`response-headers-lost`."""

from collections.abc import Callable
from typing import Any

import pytest
from starlette.templating import Jinja2Templates

from talarian import Depends, Request, Talarian
from talarian.responses import JSONResponse, Response
from tests.unit.doctor.observing import found_at, seen

RULE = "response-headers-lost"


def header(response: Response) -> None:
    response.headers["X-Region"] = "eu"


def appended(response: Response) -> None:
    response.headers.append("X-Region", "eu")


def cookie(response: Response) -> None:
    response.set_cookie("seen", "1")


def status(response: Response) -> None:
    response.status_code = 202


def reads(response: Response) -> str | None:
    return response.headers.get("X-Region")


def own() -> JSONResponse:
    return JSONResponse({})


def own_by_name() -> Any:
    answer = JSONResponse({})
    answer.headers["X-Own"] = "1"
    return answer


def own_sometimes(ok: bool) -> Any:
    if not ok:
        return Response(status_code=404)
    return {}


templates = Jinja2Templates("templates")


def page(request: Request) -> Any:
    return templates.TemplateResponse(request, "page.html")


def data() -> dict[str, str]:
    return {}


def injected_itself(response: Response) -> Response:
    response.headers["X-Region"] = "eu"
    return response


def copies(response: Response) -> JSONResponse:
    return JSONResponse({}, headers=dict(response.headers))


def unknown(make: str) -> Any:
    return locals()[make]()


def own_and_injected(response: Response) -> JSONResponse:
    response.headers["X-Region"] = "eu"
    return JSONResponse({})


def app_with(endpoint: Callable[..., Any], *dependencies: Callable[..., Any]) -> Talarian:
    app = Talarian(dependencies=[Depends(dependency) for dependency in dependencies])
    app.get("/", response_model=None)(endpoint)
    return app


@pytest.mark.parametrize(
    ("dependency", "text"),
    [
        (header, "response.headers["),
        (appended, "response.headers."),
        (cookie, "set_cookie"),
        (status, "status_code"),
    ],
)
@pytest.mark.parametrize("endpoint", [own, own_by_name, own_sometimes, page])
def test_what_a_dependency_sets(
    dependency: Callable[..., Any], text: str, endpoint: Callable[..., Any]
) -> None:
    finding = found_at(RULE, app_with(endpoint, dependency), dependency, text)
    assert "is not sent by GET / (" in finding.message


def test_what_the_endpoint_sets() -> None:
    app = app_with(own_and_injected)
    found_at(RULE, app, own_and_injected, "response.headers[")


@pytest.mark.parametrize("endpoint", [data, injected_itself, copies, unknown])
def test_it_is_sent_or_may_be(endpoint: Callable[..., Any]) -> None:
    assert seen(RULE, app_with(endpoint, header)) == []


def test_nothing_is_set() -> None:
    assert seen(RULE, app_with(own, reads)) == []


def test_one_finding_for_a_dependency_of_all_routes() -> None:
    app = app_with(own, header)
    for name in "abc":
        app.get(f"/{name}")(own)
    (finding,) = seen(RULE, app)
    assert finding.message.count("GET /") == 3
    assert "and 1 more" in finding.message
