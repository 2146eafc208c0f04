"""FastAPI's `fastapi.security.http`."""

from ...engine.declare.security.http import (
    HTTPAuthorizationCredentials as HTTPAuthorizationCredentials,
    HTTPBase as HTTPBase,
    HTTPBasic as HTTPBasic,
    HTTPBasicCredentials as HTTPBasicCredentials,
    HTTPBearer as HTTPBearer,
    HTTPDigest as HTTPDigest,
)
