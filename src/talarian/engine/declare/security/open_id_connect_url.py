"""OpenID Connect, found by its discovery document."""

from ...spec.models import OpenIdConnect as OpenIdConnectModel
from .token import TokenScheme


class OpenIdConnect(TokenScheme):
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
