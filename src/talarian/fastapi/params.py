"""FastAPI's `fastapi.params`."""

from ..engine.declare.depends import (
    Depends as Depends,
    Security as Security,
)
from ..engine.declare.params import (
    Body as Body,
    Cookie as Cookie,
    File as File,
    Form as Form,
    Header as Header,
    Param as Param,
    ParamTypes as ParamTypes,
    Path as Path,
    Query as Query,
    Undefined as Undefined,
)
