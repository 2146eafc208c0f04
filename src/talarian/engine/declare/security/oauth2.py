"""OAuth 2.0 (RFC 6749): its flows, its password form and its scopes."""

from typing import Annotated, Any

from ...ground.errors import HTTPException
from ...spec.models import OAuth2 as OAuth2Model, OAuthFlows as OAuthFlowsModel
from ..param_functions import Form
from .scopes import SecurityScopes as SecurityScopes
from .token import TokenScheme
from .utils import get_authorization_scheme_param

NO_FLOWS = OAuthFlowsModel()


class OAuth2PasswordRequestForm:
    """The form of the password flow (RFC 6749, section 4.3.2); use the class as a dependency.

    `scope` is split into the list `scopes`. The RFC demands `grant_type=password`; this form takes
    a request without it, `OAuth2PasswordRequestFormStrict` does not.
    See https://fastapi.tiangolo.com/tutorial/security/simple-oauth2/.
    """

    def __init__(
        self,
        *,
        grant_type: Annotated[str | None, Form(pattern="^password$")] = None,
        username: Annotated[str, Form()],
        password: Annotated[str, Form(json_schema_extra={"format": "password"})],
        scope: Annotated[str, Form()] = "",
        client_id: Annotated[str | None, Form()] = None,
        client_secret: Annotated[str | None, Form(json_schema_extra={"format": "password"})] = None,
    ) -> None:
        self.grant_type = grant_type
        self.username = username
        self.password = password
        self.scopes = scope.split()
        self.client_id = client_id
        self.client_secret = client_secret


class OAuth2PasswordRequestFormStrict(OAuth2PasswordRequestForm):
    """The form of the password flow, which has to say `grant_type=password`."""

    def __init__(
        self,
        grant_type: Annotated[str, Form(pattern="^password$")],
        username: Annotated[str, Form()],
        password: Annotated[str, Form()],
        scope: Annotated[str, Form()] = "",
        client_id: Annotated[str | None, Form()] = None,
        client_secret: Annotated[str | None, Form()] = None,
    ) -> None:
        super().__init__(
            grant_type=grant_type,
            username=username,
            password=password,
            scope=scope,
            client_id=client_id,
            client_secret=client_secret,
        )


class OAuth2(TokenScheme):
    """Describe OAuth 2.0 in the document; the value is the whole `Authorization` header.

    Base of the flows below, and of your own.

    Args:
        flows: The flows that are offered, as a model or as the dictionary of the specification.
        scheme_name: The scheme's name in the OpenAPI document; the class's name by default.
        description: The scheme's description in the document, CommonMark.
        auto_error: Answer a request without the header with 401; otherwise the value is `None`.
    """

    _error = HTTPException

    def __init__(
        self,
        *,
        flows: OAuthFlowsModel | dict[str, dict[str, Any]] = NO_FLOWS,
        scheme_name: str | None = None,
        description: str | None = None,
        auto_error: bool = True,
    ) -> None:
        self.model = OAuth2Model.model_validate({"flows": flows, "description": description})
        self.scheme_name = scheme_name or self.__class__.__name__
        self.auto_error = auto_error

    def _accept_bearer(self, authorization: str | None) -> str | None:
        """The token of `Authorization: Bearer …`."""
        scheme, token = get_authorization_scheme_param(authorization)
        if scheme.lower() == "bearer":
            return token
        if self.auto_error:
            raise self.make_not_authenticated_error()
        return None


class OAuth2PasswordBearer(OAuth2):
    """Expect a bearer token that the client got with a user name and password (section 4.3).

    The dependency's value is the token, which may be empty.

    Args:
        tokenUrl: Where the token is given out; relative to the document's server.
        scheme_name: The scheme's name in the OpenAPI document; the class's name by default.
        scopes: The scopes a client may ask for, with their descriptions.
        description: The scheme's description in the document, CommonMark.
        auto_error: Answer a request without a token with 401; otherwise the value is `None`.
        refreshUrl: Where the token is renewed.
    """

    def __init__(
        self,
        tokenUrl: str,
        scheme_name: str | None = None,
        scopes: dict[str, str] | None = None,
        description: str | None = None,
        auto_error: bool = True,
        refreshUrl: str | None = None,
    ) -> None:
        flow = {"tokenUrl": tokenUrl, "refreshUrl": refreshUrl, "scopes": scopes or {}}
        super().__init__(
            flows={"password": flow},
            scheme_name=scheme_name,
            description=description,
            auto_error=auto_error,
        )

    def _accept_header(self, authorization: str | None) -> str | None:
        return self._accept_bearer(authorization)


class OAuth2AuthorizationCodeBearer(OAuth2):
    """Expect a bearer token that the client got with an authorization code (section 4.1).

    The dependency's value is the token, which may be empty.

    Args:
        authorizationUrl: Where the user grants access.
        tokenUrl: Where the code is exchanged for a token.
        refreshUrl: Where the token is renewed.
        scheme_name: The scheme's name in the OpenAPI document; the class's name by default.
        scopes: The scopes a client may ask for, with their descriptions.
        description: The scheme's description in the document, CommonMark.
        auto_error: Answer a request without a token with 401; otherwise the value is `None`.
    """

    def __init__(
        self,
        authorizationUrl: str,
        tokenUrl: str,
        refreshUrl: str | None = None,
        scheme_name: str | None = None,
        scopes: dict[str, str] | None = None,
        description: str | None = None,
        auto_error: bool = True,
    ) -> None:
        flow = {
            "authorizationUrl": authorizationUrl,
            "tokenUrl": tokenUrl,
            "refreshUrl": refreshUrl,
            "scopes": scopes or {},
        }
        super().__init__(
            flows={"authorizationCode": flow},
            scheme_name=scheme_name,
            description=description,
            auto_error=auto_error,
        )

    def _accept_header(self, authorization: str | None) -> str | None:
        return self._accept_bearer(authorization)
