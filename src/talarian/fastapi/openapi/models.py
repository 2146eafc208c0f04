"""FastAPI's `fastapi.openapi.models`."""

from ...engine.spec.models import *  # noqa: F403
from .._passing import offer_passing_names

offer_passing_names(__name__)
