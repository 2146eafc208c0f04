"""HTTP authentication schemes (RFC 9110, section 11): Basic, Bearer, Digest, or any other."""

from base64 import b64decode
from typing import Any

from pydantic import BaseModel
from starlette.requests import HTTPConnection
from starlette.status import HTTP_401_UNAUTHORIZED

from ...ground.errors import HTTPException
from ...spec.models import HTTPBase as HTTPBaseModel, HTTPBearer as HTTPBearerModel
from .base import HeaderScheme, only_reads_its_header
from .utils import get_authorization_scheme_param


class HTTPBasicCredentials(BaseModel):
    """The user name and password that a client sent by HTTP Basic."""

    username: str
    password: str


class HTTPAuthorizationCredentials(BaseModel):
    """The `Authorization` header, split at its first space: `Bearer abc` is `Bearer` and `abc`."""

    scheme: str
    credentials: str


class HTTPBase(HeaderScheme):
    """Expect an `Authorization` header with credentials, of whatever scheme the client names.

    `scheme` is what the OpenAPI document and the challenge of a 401 say, it is not enforced:
    compare `credentials.scheme`, or use a subclass that does.

    Args:
        scheme: The scheme's name in the IANA registry.
        scheme_name: The scheme's name in the OpenAPI document; the class's name by default.
        description: The scheme's description in the document, CommonMark.
        auto_error: Answer a request without credentials with 401; otherwise the value is `None`.
    """

    model: HTTPBaseModel

    def __init__(
        self,
        *,
        scheme: str,
        scheme_name: str | None = None,
        description: str | None = None,
        auto_error: bool = True,
    ) -> None:
        self.model = HTTPBaseModel(  # pyright: ignore[reportIncompatibleVariableOverride]
            scheme=scheme, description=description
        )
        self.scheme_name = scheme_name or self.__class__.__name__
        self.auto_error = auto_error

    def make_authenticate_headers(self) -> dict[str, str]:
        """The challenge that a 401 has to carry (RFC 9110, section 11.6.1)."""
        return {"WWW-Authenticate": self.model.scheme.title()}

    def make_not_authenticated_error(self) -> HTTPException:
        """The answer to a request without credentials; override it to send another one."""
        return HTTPException(
            status_code=HTTP_401_UNAUTHORIZED,
            detail="Not authenticated",
            headers=self.make_authenticate_headers(),
        )

    @only_reads_its_header
    async def __call__(self, request: HTTPConnection) -> HTTPAuthorizationCredentials | None:
        credentials: HTTPAuthorizationCredentials | None = self._accept_header(
            request.headers.get("Authorization")
        )
        return credentials

    def _accept_header(self, authorization: str | None) -> Any:
        return self._accept(authorization, scheme=None)

    def _accept(
        self, authorization: str | None, scheme: str | None
    ) -> HTTPAuthorizationCredentials | None:
        """The credentials, if they are of `scheme` (in lower case; `None` is any)."""
        sent_scheme, credentials = get_authorization_scheme_param(authorization)
        if sent_scheme and credentials and scheme in (None, sent_scheme.lower()):
            return HTTPAuthorizationCredentials(scheme=sent_scheme, credentials=credentials)
        if self.auto_error:
            raise self.make_not_authenticated_error()
        return None


class HTTPBasic(HTTPBase):
    """Expect a user name and password by HTTP Basic (RFC 7617).

    The dependency's value is an `HTTPBasicCredentials`; compare both parts with
    `secrets.compare_digest`. See https://fastapi.tiangolo.com/advanced/security/http-basic-auth/.

    Args:
        scheme_name: The scheme's name in the OpenAPI document; the class's name by default.
        realm: The realm that the challenge names, without double quotes.
        description: The scheme's description in the document, CommonMark.
        auto_error: Answer a request of another scheme with 401; otherwise the value is `None`.
            Malformed Basic credentials are a 401 in any case.
    """

    def __init__(
        self,
        *,
        scheme_name: str | None = None,
        realm: str | None = None,
        description: str | None = None,
        auto_error: bool = True,
    ) -> None:
        super().__init__(
            scheme="basic",
            scheme_name=scheme_name,
            description=description,
            auto_error=auto_error,
        )
        self.realm = realm

    def make_authenticate_headers(self) -> dict[str, str]:
        return {"WWW-Authenticate": f'Basic realm="{self.realm}"' if self.realm else "Basic"}

    @only_reads_its_header
    async def __call__(  # type: ignore[override]  # other credentials than its base, as FastAPI's
        self, request: HTTPConnection
    ) -> HTTPBasicCredentials | None:
        credentials: HTTPBasicCredentials | None = self._accept_header(
            request.headers.get("Authorization")
        )
        return credentials

    def _accept_header(self, authorization: str | None) -> Any:
        scheme, encoded = get_authorization_scheme_param(authorization)
        if scheme.lower() != "basic":
            if self.auto_error:
                raise self.make_not_authenticated_error()
            return None
        try:
            decoded = b64decode(encoded).decode("ascii")
        except ValueError as error:
            raise self.make_not_authenticated_error() from error
        username, colon, password = decoded.partition(":")
        if not colon:
            raise self.make_not_authenticated_error()
        return HTTPBasicCredentials(username=username, password=password)


class HTTPBearer(HTTPBase):
    """Expect a token in `Authorization: Bearer …` (RFC 6750).

    The dependency's value is an `HTTPAuthorizationCredentials`.

    Args:
        bearerFormat: How the token is formatted, such as `JWT`: a hint in the document.
        scheme_name: The scheme's name in the OpenAPI document; the class's name by default.
        description: The scheme's description in the document, CommonMark.
        auto_error: Answer a request without a token with 401; otherwise the value is `None`.
    """

    def __init__(
        self,
        *,
        bearerFormat: str | None = None,
        scheme_name: str | None = None,
        description: str | None = None,
        auto_error: bool = True,
    ) -> None:
        self.model = HTTPBearerModel(bearerFormat=bearerFormat, description=description)
        self.scheme_name = scheme_name or self.__class__.__name__
        self.auto_error = auto_error

    def _accept_header(self, authorization: str | None) -> Any:
        return self._accept(authorization, scheme="bearer")


class HTTPDigest(HTTPBase):
    """Expect credentials of HTTP Digest (RFC 7616), which are handed over but not verified.

    Args:
        scheme_name: The scheme's name in the OpenAPI document; the class's name by default.
        description: The scheme's description in the document, CommonMark.
        auto_error: Answer a request without credentials with 401; otherwise the value is `None`.
    """

    def __init__(
        self,
        *,
        scheme_name: str | None = None,
        description: str | None = None,
        auto_error: bool = True,
    ) -> None:
        super().__init__(
            scheme="digest",
            scheme_name=scheme_name,
            description=description,
            auto_error=auto_error,
        )

    def _accept_header(self, authorization: str | None) -> Any:
        return self._accept(authorization, scheme="digest")
