"""More endpoints, beside those of the middleware tests: paths with values, bodies, schemes."""

from typing import Annotated, Any

from pydantic import BaseModel, Field
from starlette.requests import Request

from talarian import Talarian
from talarian.engine.declare.depends import Depends
from talarian.engine.declare.param_functions import Path
from talarian.engine.declare.security.http import (
    HTTPAuthorizationCredentials,
    HTTPBasic,
    HTTPBasicCredentials,
    HTTPBearer,
)

from ..middleware.log import SEEN, log


class Ordered(BaseModel):
    name: str = Field(min_length=1)
    price: float = 1.0


bearer, basic = HTTPBearer(), HTTPBasic(auto_error=False)


def add_to(app: Talarian) -> None:
    """Serve them on this application."""
    app.get("/checked/{number}")(checked)
    app.get("/with/{text:path}")(with_text)
    app.post("/body")(body)
    app.get("/secret")(secret)
    app.get("/basic")(optional)


async def checked(number: Annotated[int, Path(ge=0)], request: Request) -> dict[str, Any]:
    log.note("checked", number, SEEN.get(()), request.path_params["number"], str(request.url))
    return {"number": number}


async def with_text(text: str) -> dict[str, str]:
    log.note("with", text)
    return {"text": text}


async def body(ordered: Ordered) -> Ordered:
    log.note("body", ordered.name)
    return ordered


async def secret(
    given: Annotated[HTTPAuthorizationCredentials, Depends(bearer)],
) -> dict[str, str]:
    log.note("secret", given.scheme, given.credentials)
    return {"scheme": given.scheme}


async def optional(given: Annotated[HTTPBasicCredentials | None, Depends(basic)]) -> Any:
    log.note("optional", given)
    return given
