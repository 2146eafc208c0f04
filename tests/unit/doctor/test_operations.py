"""`duplicate-operation-id`."""

from talarian import Router, Talarian
from tests.unit.doctor.observing import found_at, seen

RULE = "duplicate-operation-id"


def endpoint() -> None: ...


def test_two_methods_of_one_route() -> None:
    app = Talarian()
    app.api_route("/x", methods=["GET", "POST"])(endpoint)
    finding = found_at(RULE, app, endpoint, "def endpoint")
    assert "GET /x, POST /x have the same operationId" in finding.message
    assert "Register each method by itself" in finding.advice


def test_two_routes_with_one_operation_id() -> None:
    app = Talarian()
    app.get("/a", operation_id="read")(endpoint)
    app.get("/b", operation_id="read")(endpoint)
    (finding,) = seen(RULE, app)
    assert "GET /a, GET /b have the same operationId 'read'" in finding.message
    assert "operation_id=" in finding.advice


def test_ids_are_different_by_default() -> None:
    app, router = Talarian(), Router()
    router.get("/x")(endpoint)
    router.post("/x")(endpoint)
    app.include_router(router, prefix="/v1")
    app.include_router(router, prefix="/v2")
    assert seen(RULE, app) == []


def test_what_is_not_in_the_document_does_not_count() -> None:
    app = Talarian()
    app.api_route("/x", methods=["GET", "POST"], include_in_schema=False)(endpoint)
    assert seen(RULE, app) == []


def test_without_a_document() -> None:
    app = Talarian(openapi_url=None)
    app.api_route("/x", methods=["GET", "POST"])(endpoint)
    assert seen(RULE, app) == []
