from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest

from talarian.engine.declare.security import (
    HTTPAuthorizationCredentials,
    HTTPBasic,
    HTTPBasicCredentials,
    HTTPBearer,
    HTTPDigest,
)
from talarian.engine.declare.security.http import HTTPBase
from talarian.engine.declare.security.utils import get_authorization_scheme_param
from talarian.engine.ground.errors import HTTPException


def authorization(value: str) -> dict[str, str]:
    return {"Authorization": value}


def basic(text: bytes) -> str:
    return f"Basic {b64encode(text).decode()}"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ("", "")),
        ("", ("", "")),
        ("Bearer", ("Bearer", "")),
        ("Bearer  a b ", ("Bearer", "a b")),
        (" Bearer a", ("", "Bearer a")),
    ],
)
def test_the_header_is_split_at_its_first_space(
    value: str | None, expected: tuple[str, str]
) -> None:
    assert get_authorization_scheme_param(value) == expected


@pytest.mark.parametrize(
    ("scheme", "document"),
    [
        (HTTPBase(scheme="Other"), {"type": "http", "scheme": "Other"}),
        (HTTPBasic(realm="r"), {"type": "http", "scheme": "basic"}),
        (
            HTTPBearer(bearerFormat="JWT", description="d"),
            {"type": "http", "description": "d", "scheme": "bearer", "bearerFormat": "JWT"},
        ),
        (HTTPDigest(), {"type": "http", "scheme": "digest"}),
    ],
)
def test_the_scheme_describes_itself(scheme: HTTPBase, document: dict[str, str]) -> None:
    assert scheme.scheme_name == type(scheme).__name__
    assert scheme.model.model_dump(mode="json", by_alias=True, exclude_none=True) == document


@pytest.mark.parametrize(
    ("scheme", "value"),
    [
        (HTTPBase(scheme="Other"), "Anything token"),
        (HTTPBearer(), "bearer token"),
        (HTTPDigest(), "DIGEST token"),
    ],
)
def test_credentials_are_split(ask: Callable[..., Any], scheme: HTTPBase, value: str) -> None:
    assert ask(scheme, authorization(value)) == HTTPAuthorizationCredentials(
        scheme=value.split()[0], credentials="token"
    )


@pytest.mark.parametrize(
    ("scheme_class", "challenge"), [(HTTPBearer, "Bearer"), (HTTPDigest, "Digest")]
)
@pytest.mark.parametrize("headers", [{}, authorization("Bearer"), authorization("Other token")])
def test_no_credentials_are_an_error_or_nothing(
    ask: Callable[..., Any],
    scheme_class: type[HTTPBearer] | type[HTTPDigest],
    challenge: str,
    headers: dict[str, str],
) -> None:
    with pytest.raises(HTTPException) as caught:
        ask(scheme_class(), headers)
    assert caught.value.status_code == 401
    assert caught.value.detail == "Not authenticated"
    assert caught.value.headers == {"WWW-Authenticate": challenge}
    assert ask(scheme_class(auto_error=False), headers) is None


@pytest.mark.parametrize(
    ("sent", "username", "password"),
    [(b"jo:se:cret", "jo", "se:cret"), (b":", "", ""), (b"jo:", "jo", "")],
)
def test_basic_credentials_are_decoded(
    ask: Callable[..., Any], sent: bytes, username: str, password: str
) -> None:
    assert ask(HTTPBasic(), authorization(basic(sent))) == HTTPBasicCredentials(
        username=username, password=password
    )


@pytest.mark.parametrize("auto_error", [True, False])
@pytest.mark.parametrize(
    "value", ["Basic", "Basic a", "Basic \xff", basic(b"no colon"), basic("jö:x".encode())]
)
def test_malformed_basic_credentials_are_always_an_error(
    ask: Callable[..., Any], value: str, auto_error: bool
) -> None:
    with pytest.raises(HTTPException) as caught:
        ask(HTTPBasic(realm="shop", auto_error=auto_error), authorization(value))
    assert caught.value.status_code == 401
    assert caught.value.headers == {"WWW-Authenticate": 'Basic realm="shop"'}


def test_basic_may_be_optional(ask: Callable[..., Any]) -> None:
    assert ask(HTTPBasic(auto_error=False)) is None
    assert ask(HTTPBasic(auto_error=False), authorization("Bearer x")) is None
    with pytest.raises(HTTPException) as caught:
        ask(HTTPBasic())
    assert caught.value.headers == {"WWW-Authenticate": "Basic"}
