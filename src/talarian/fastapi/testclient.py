"""FastAPI's `fastapi.testclient`."""

from starlette.testclient import (
    TestClient,
)

__all__ = [
    "TestClient",
]
