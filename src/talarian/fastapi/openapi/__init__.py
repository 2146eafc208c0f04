"""FastAPI's `fastapi.openapi`."""
