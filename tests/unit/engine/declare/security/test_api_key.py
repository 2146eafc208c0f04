from collections.abc import Callable
from typing import Any

import pytest
from starlette.exceptions import HTTPException

from talarian.engine.declare.security import APIKeyCookie, APIKeyHeader, APIKeyQuery, SecurityBase
from talarian.engine.spec.models import APIKeyIn

SCHEMES = [APIKeyQuery, APIKeyHeader, APIKeyCookie]


@pytest.mark.parametrize(
    ("scheme", "request_parts"),
    [
        (APIKeyQuery(name="key"), {"query": "key=a&key=secret"}),
        (APIKeyHeader(name="X-Key"), {"headers": {"x-key": "secret"}}),
        (APIKeyCookie(name="key"), {"headers": {"Cookie": "key=secret"}}),
    ],
)
def test_the_key_is_found(
    ask: Callable[..., Any], scheme: SecurityBase, request_parts: dict[str, Any]
) -> None:
    assert ask(scheme, **request_parts) == "secret"


@pytest.mark.parametrize(
    ("scheme", "location"),
    [
        (APIKeyQuery(name="k", description="d"), APIKeyIn.query),
        (APIKeyHeader(name="k", description="d"), APIKeyIn.header),
        (APIKeyCookie(name="k", description="d"), APIKeyIn.cookie),
    ],
)
def test_the_scheme_describes_itself(
    scheme: APIKeyQuery | APIKeyHeader | APIKeyCookie, location: APIKeyIn
) -> None:
    assert scheme.scheme_name == type(scheme).__name__
    assert scheme.auto_error is True
    assert scheme.model.model_dump(mode="json", by_alias=True) == {
        "type": "apiKey",
        "description": "d",
        "in": location.value,
        "name": "k",
    }


@pytest.mark.parametrize("scheme_class", SCHEMES)
@pytest.mark.parametrize(
    "request_parts", [{}, {"query": "k="}, {"headers": {"k": ""}}, {"headers": {"Cookie": "k="}}]
)
def test_no_key_is_an_error_or_nothing(
    ask: Callable[..., Any],
    scheme_class: type[APIKeyQuery],
    request_parts: dict[str, Any],
) -> None:
    with pytest.raises(HTTPException) as caught:
        ask(scheme_class(name="k"), **request_parts)
    assert caught.value.status_code == 401
    assert caught.value.detail == "Not authenticated"
    assert caught.value.headers == {"WWW-Authenticate": "APIKey"}
    assert ask(scheme_class(name="k", auto_error=False), **request_parts) is None


def test_the_error_can_be_replaced(ask: Callable[..., Any]) -> None:
    class Forbidding(APIKeyHeader):
        def make_not_authenticated_error(self) -> HTTPException:
            return HTTPException(403)

    with pytest.raises(HTTPException, match="403"):
        ask(Forbidding(name="k"))
    assert Forbidding(name="k").scheme_name == "Forbidding"
    assert Forbidding(name="k", scheme_name="other").scheme_name == "other"
