"""FastAPI's `fastapi.param_functions`."""

from ..engine.declare.param_functions import (
    Body as Body,
    Cookie as Cookie,
    Depends as Depends,
    File as File,
    Form as Form,
    Header as Header,
    Path as Path,
    Query as Query,
    Security as Security,
)
