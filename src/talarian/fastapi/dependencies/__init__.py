"""FastAPI's `fastapi.dependencies`."""

from .._passing import offer_passing_names

offer_passing_names(__name__)
