"""FastAPI's `fastapi.dependencies`."""
