import inspect
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from talarian.engine.declare import params
from talarian.engine.declare.security import (
    OAuth2,
    OAuth2AuthorizationCodeBearer,
    OAuth2PasswordBearer,
    OAuth2PasswordRequestForm,
    OAuth2PasswordRequestFormStrict,
    OpenIdConnect,
    SecurityScopes,
)


def document(scheme: OAuth2 | OpenIdConnect) -> Any:
    return scheme.model.model_dump(mode="json", by_alias=True, exclude_none=True)


def test_flows_describe_themselves() -> None:
    assert document(OAuth2PasswordBearer("token", scopes={"read": "Read"}, refreshUrl="/r")) == {
        "type": "oauth2",
        "flows": {
            "password": {"refreshUrl": "/r", "scopes": {"read": "Read"}, "tokenUrl": "token"}
        },
    }
    assert document(OAuth2AuthorizationCodeBearer("/a", "/t", description="d")) == {
        "type": "oauth2",
        "description": "d",
        "flows": {"authorizationCode": {"scopes": {}, "authorizationUrl": "/a", "tokenUrl": "/t"}},
    }
    assert document(OAuth2()) == {"type": "oauth2", "flows": {}}
    assert document(OpenIdConnect(openIdConnectUrl="/openid")) == {
        "type": "openIdConnect",
        "openIdConnectUrl": "/openid",
    }


def test_flows_are_checked() -> None:
    with pytest.raises(ValidationError, match=r"flows\.password\.tokenUrl"):
        OAuth2(flows={"password": {}})


BEARERS = [OAuth2PasswordBearer("t"), OAuth2AuthorizationCodeBearer("/a", "/t")]


@pytest.mark.parametrize("scheme", BEARERS)
def test_bearer_flows_give_the_token(ask: Callable[..., Any], scheme: OAuth2) -> None:
    assert ask(scheme, {"Authorization": "BEARER  abc"}) == "abc"
    assert ask(scheme, {"Authorization": "Bearer"}) == ""


@pytest.mark.parametrize("scheme", [OAuth2(), OpenIdConnect(openIdConnectUrl="/o")])
def test_bases_give_the_whole_header(
    ask: Callable[..., Any], scheme: OAuth2 | OpenIdConnect
) -> None:
    assert ask(scheme, {"Authorization": "Other abc"}) == "Other abc"


@pytest.mark.parametrize(
    ("scheme", "optional"),
    [
        (OAuth2(), OAuth2(auto_error=False)),
        (OAuth2PasswordBearer("t"), OAuth2PasswordBearer("t", auto_error=False)),
        (
            OAuth2AuthorizationCodeBearer("/a", "/t"),
            OAuth2AuthorizationCodeBearer("/a", "/t", auto_error=False),
        ),
        (
            OpenIdConnect(openIdConnectUrl="/o"),
            OpenIdConnect(openIdConnectUrl="/o", auto_error=False),
        ),
    ],
)
def test_no_token_is_an_error_or_nothing(
    ask: Callable[..., Any], scheme: OAuth2 | OpenIdConnect, optional: OAuth2 | OpenIdConnect
) -> None:
    with pytest.raises(HTTPException) as caught:
        ask(scheme)
    assert caught.value.status_code == 401
    assert caught.value.detail == "Not authenticated"
    assert caught.value.headers == {"WWW-Authenticate": "Bearer"}
    assert ask(optional) is None


@pytest.mark.parametrize("scheme", BEARERS)
def test_another_scheme_is_no_bearer_token(ask: Callable[..., Any], scheme: OAuth2) -> None:
    with pytest.raises(HTTPException, match="401"):
        ask(scheme, {"Authorization": "Basic abc"})


@pytest.mark.parametrize("form_class", [OAuth2PasswordRequestForm, OAuth2PasswordRequestFormStrict])
def test_the_form_splits_scopes(form_class: type[OAuth2PasswordRequestForm]) -> None:
    form = form_class(grant_type="password", username="jo", password="x", scope="a  b c")
    assert vars(form) == {
        "grant_type": "password",
        "username": "jo",
        "password": "x",
        "scopes": ["a", "b", "c"],
        "client_id": None,
        "client_secret": None,
    }


def test_the_form_is_declared_as_form_fields() -> None:
    loose = inspect.signature(OAuth2PasswordRequestForm).parameters
    strict = inspect.signature(OAuth2PasswordRequestFormStrict).parameters
    for parameters in (loose, strict):
        assert list(parameters) == [
            "grant_type",
            "username",
            "password",
            "scope",
            "client_id",
            "client_secret",
        ]
        for parameter in parameters.values():
            assert isinstance(parameter.annotation.__metadata__[0], params.Form)
    assert loose["grant_type"].default is None
    assert strict["grant_type"].default is inspect.Parameter.empty


def test_scopes_are_joined_for_the_challenge() -> None:
    assert SecurityScopes(["read", "write"]).scope_str == "read write"
    assert SecurityScopes().scopes == []
    assert SecurityScopes().scope_str == ""
