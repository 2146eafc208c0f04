"""FastAPI's `fastapi.openapi`."""

from .._passing import offer_passing_names

offer_passing_names(__name__)
