"""Security schemes: dependencies that read credentials and describe themselves in the document."""

from typing import TYPE_CHECKING

from ...ground.lazy import lazy_names
from .base import SecurityBase as SecurityBase, header_reader as header_reader
from .scopes import SecurityScopes as SecurityScopes

if TYPE_CHECKING:
    from .api_key import (
        APIKeyCookie as APIKeyCookie,
        APIKeyHeader as APIKeyHeader,
        APIKeyQuery as APIKeyQuery,
    )
    from .http import (
        HTTPAuthorizationCredentials as HTTPAuthorizationCredentials,
        HTTPBasic as HTTPBasic,
        HTTPBasicCredentials as HTTPBasicCredentials,
        HTTPBearer as HTTPBearer,
        HTTPDigest as HTTPDigest,
    )
    from .oauth2 import (
        OAuth2 as OAuth2,
        OAuth2AuthorizationCodeBearer as OAuth2AuthorizationCodeBearer,
        OAuth2PasswordBearer as OAuth2PasswordBearer,
        OAuth2PasswordRequestForm as OAuth2PasswordRequestForm,
        OAuth2PasswordRequestFormStrict as OAuth2PasswordRequestFormStrict,
    )
    from .open_id_connect_url import OpenIdConnect as OpenIdConnect

# Schemes bring pydantic's models of a document along, which an application without any can spare.
__getattr__ = lazy_names(
    __name__,
    globals(),
    {
        ".api_key": ("APIKeyCookie", "APIKeyHeader", "APIKeyQuery"),
        ".http": (
            "HTTPAuthorizationCredentials",
            "HTTPBasic",
            "HTTPBasicCredentials",
            "HTTPBearer",
            "HTTPDigest",
        ),
        ".oauth2": (
            "OAuth2",
            "OAuth2AuthorizationCodeBearer",
            "OAuth2PasswordBearer",
            "OAuth2PasswordRequestForm",
            "OAuth2PasswordRequestFormStrict",
        ),
        ".open_id_connect_url": ("OpenIdConnect",),
    },
)
