"""OpenAPI 3.1 as data."""

from .models import *  # noqa: F403 - the list of names is written once, in `models`
