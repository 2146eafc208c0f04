"""OpenID Connect, found by its discovery document."""

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.status import HTTP_401_UNAUTHORIZED

from ...spec.models import OpenIdConnect as OpenIdConnectModel
from .base import HeaderScheme, only_reads_its_header


class OpenIdConnect(HeaderScheme):
    """Describe OpenID Connect in the document; the value is the whole `Authorization` header.

    The header is not verified: derive a class whose `__call__` does.

    Args:
        openIdConnectUrl: Where the provider's discovery document is
            (https://openid.net/specs/openid-connect-discovery-1_0.html, section 4).
        scheme_name: The scheme's name in the OpenAPI document; the class's name by default.
        description: The scheme's description in the document, CommonMark.
        auto_error: Answer a request without the header with 401; otherwise the value is `None`.
    """

    def __init__(
        self,
        *,
        openIdConnectUrl: str,
        scheme_name: str | None = None,
        description: str | None = None,
        auto_error: bool = True,
    ) -> None:
        self.model = OpenIdConnectModel(openIdConnectUrl=openIdConnectUrl, description=description)
        self.scheme_name = scheme_name or self.__class__.__name__
        self.auto_error = auto_error

    def make_not_authenticated_error(self) -> HTTPException:
        """The answer to a request without the header; override it to send another one."""
        return HTTPException(
            status_code=HTTP_401_UNAUTHORIZED,
            detail="Not authenticated",
            headers={"WWW-Authenticate": "Bearer"},
        )

    @only_reads_its_header
    async def __call__(self, request: HTTPConnection) -> str | None:
        return self._accept_header(request.headers.get("Authorization"))

    def _accept_header(self, authorization: str | None) -> str | None:
        if authorization:
            return authorization
        if self.auto_error:
            raise self.make_not_authenticated_error()
        return None
