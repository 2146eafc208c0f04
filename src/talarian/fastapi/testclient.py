"""FastAPI's `fastapi.testclient`."""

from starlette.testclient import (
    TestClient as TestClient,
)
