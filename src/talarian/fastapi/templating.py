"""FastAPI's `fastapi.templating`."""

from starlette.templating import (
    Jinja2Templates as Jinja2Templates,
)
