"""What schemes have in common whose clients send a token as OAuth 2.0 has it."""

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.status import HTTP_401_UNAUTHORIZED

from .base import HeaderScheme, only_reads_its_header


class TokenScheme(HeaderScheme):
    """The value is the whole `Authorization` header."""

    auto_error: bool
    _error = HTTPException
    """Which class the error is of: handlers may be for one of them only."""

    def make_not_authenticated_error(self) -> HTTPException:
        """The answer to a request without a token; override it to send another one.

        OAuth 2.0 does not say which challenge a 401 names. Most tokens are used as RFC 6750 says,
        so this is `Bearer`.
        """
        return self._error(
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
