"""FastAPI's `fastapi.openapi`."""


