"""Security schemes as dependencies: whatever the header says, and whatever is done to a scheme."""

from typing import Annotated, Any

from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse

from talarian.fastapi import Depends, FastAPI, Header, HTTPException, Security, WebSocket
from talarian.fastapi.security import (
    HTTPAuthorizationCredentials,
    HTTPBasic,
    HTTPBearer,
    HTTPDigest,
    OAuth2,
    OAuth2AuthorizationCodeBearer,
    OAuth2PasswordBearer,
    OpenIdConnect,
    SecurityScopes,
)
from talarian.fastapi.security.http import HTTPBase
from tests.contract.client import request, websocket

HEADERS = (
    *(None, "", " ", "Bearer", "Bearer ", "Bearer a", "bearer  a b ", "BEARER\ta", "Bearera"),
    *("Basic eDp5", "basic eDp5 ", "Basic", "Basic x", "Basic eA==", "Basic ey/DqQ==", "Basic !"),
    *("Digest a=1", "digest", "Negotiate x", "Bearer é", "é é", "Bearer a,Bearer b", ","),
)


def schemes(auto_error: bool) -> dict[str, Any]:
    return {
        "base": HTTPBase(scheme="negotiate", auto_error=auto_error),
        "basic": HTTPBasic(auto_error=auto_error),
        "realm": HTTPBasic(realm="here", auto_error=auto_error),
        "bearer": HTTPBearer(auto_error=auto_error),
        "digest": HTTPDigest(auto_error=auto_error),
        "oauth2": OAuth2(auto_error=auto_error),
        "password": OAuth2PasswordBearer("token", auto_error=auto_error),
        "code": OAuth2AuthorizationCodeBearer("authorize", "token", auto_error=auto_error),
        "openid": OpenIdConnect(openIdConnectUrl="/openid", auto_error=auto_error),
    }


def shown(value: Any) -> Any:
    return value.model_dump() if hasattr(value, "model_dump") else value


def serve(app: FastAPI, path: str, scheme: Any) -> None:
    """Serve what a scheme gives, without and beside the request."""

    async def endpoint(value: Annotated[Any, Depends(scheme)]) -> Any:
        return [shown(value)]

    async def beside(value: Annotated[Any, Depends(scheme)], request: Request) -> Any:
        return [shown(value), request.headers.get("authorization")]

    app.get(f"/{path}")(endpoint)
    app.get(f"/{path}/beside")(beside)


def application() -> FastAPI:
    app = FastAPI(openapi_url=None)

    @app.exception_handler(HTTPException)
    async def told(request: Request, error: HTTPException) -> JSONResponse:
        return JSONResponse([error.status_code, error.detail, error.headers], 499)

    return app


async def answers(app: FastAPI, path: str, values: tuple[str | None, ...] = HEADERS) -> list[Any]:
    told: list[Any] = []
    for value in values:
        headers = {} if value is None else {"Authorization": value}
        told += [(value, await request(app, "GET", path, headers=headers))]
    return told


async def case_every_scheme_and_every_header() -> Any:
    app, told = application(), {}
    for auto_error in (True, False):
        for name, scheme in schemes(auto_error).items():
            serve(app, f"{name}/{auto_error}", scheme)
            told[name, auto_error] = await answers(app, f"/{name}/{auto_error}")
    return list(told.items())


async def case_beside_the_request() -> Any:
    app = application()
    for name, scheme in schemes(True).items():
        serve(app, name, scheme)
    return [await answers(app, f"/{name}/beside", HEADERS[:12]) for name in schemes(True)]


async def case_several_headers() -> Any:
    app, told = application(), []
    serve(app, "bearer", HTTPBearer())
    for values in ((b"Bearer a", b"Bearer b"), (b"", b"Bearer b"), (b"Basic x", b"Bearer b")):

        async def repeated(scope: Any, receive: Any, send: Any, values: Any = values) -> None:
            fields = [(b"authorization", value) for value in values]
            await app({**scope, "headers": [*scope["headers"], *fields]}, receive, send)

        told.append(await request(repeated, "GET", "/bearer"))
    return told


class Counting(HTTPBearer):
    """Does something of its own, and the rest as its base."""

    async def __call__(self, request: HTTPConnection) -> HTTPAuthorizationCredentials | None:
        if request.headers.get("x-open"):
            return HTTPAuthorizationCredentials(scheme="open", credentials=request.url.path)
        return await super().__call__(request)


class Forbidding(HTTPBearer):
    def make_not_authenticated_error(self) -> HTTPException:
        return HTTPException(403, f"not to {type(self).__name__}", {"X-Own": "1"})


class Challenging(HTTPBasic):
    def make_authenticate_headers(self) -> dict[str, str]:
        return {"WWW-Authenticate": "Own"}


class Verifying(OpenIdConnect):
    async def __call__(self, request: HTTPConnection) -> str | None:
        token = await super().__call__(request)
        return token and f"verified {token}"


class Replaced(HTTPBearer):
    async def __call__(self, request: HTTPConnection) -> Any:
        return "replaced"


async def case_subclasses() -> Any:
    app, told = application(), []
    kinds = (Counting, Forbidding, Challenging, Replaced)
    made = [*[kind() for kind in kinds], Verifying(openIdConnectUrl="/x")]
    for scheme in made:
        name = type(scheme).__name__
        serve(app, name, scheme)
        told.append(await answers(app, f"/{name}"))
        told.append([await request(app, "GET", f"/{name}", headers={"X-Open": "1"})])
    return told


async def case_attributes_that_change() -> Any:
    app, bearer, basic = application(), HTTPBearer(), HTTPBasic(realm="one")
    serve(app, "bearer", bearer)
    serve(app, "basic", basic)
    told = [await answers(app, path, (None, "x")) for path in ("/bearer", "/basic")]
    bearer.auto_error, basic.realm = False, "two"
    told += [await answers(app, path, (None, "x")) for path in ("/bearer", "/basic")]
    basic.auto_error = False
    bearer.auto_error = True
    bearer.make_not_authenticated_error = lambda: HTTPException(402)  # type: ignore[method-assign]
    return [*told, *[await answers(app, path, (None, "x")) for path in ("/bearer", "/basic")]]


async def case_overridden() -> Any:
    app, bearer, other = application(), HTTPBearer(), OAuth2PasswordBearer("token")
    serve(app, "bearer", bearer)
    told = [await answers(app, "/bearer", (None, "Bearer a"))]
    app.dependency_overrides[bearer] = lambda: "anybody"
    told.append(await answers(app, "/bearer", (None, "Bearer a")))
    app.dependency_overrides[bearer] = other
    told.append(await answers(app, "/bearer", (None, "Bearer a")))
    app.dependency_overrides.clear()
    return [*told, await answers(app, "/bearer", (None, "Bearer a"))]


async def case_in_a_tree_of_dependencies() -> Any:
    app, bearer, oauth2 = application(), HTTPBearer(), OAuth2PasswordBearer("token")
    seen: list[Any] = []

    async def first() -> Any:
        seen.append("first")
        yield 1
        seen.append("closed")

    async def user(
        scopes: SecurityScopes,
        token: Annotated[str, Depends(oauth2)],
        again: Annotated[str, Depends(oauth2)],
        fresh: Annotated[str, Depends(oauth2, use_cache=False)],
    ) -> Any:
        return [scopes.scopes, token, token is again, fresh]

    @app.get("/", dependencies=[Depends(first), Depends(bearer), Security(bearer, scopes=["x"])])
    async def endpoint(
        user: Annotated[Any, Security(user, scopes=["a"])],
        other: Annotated[Any, Security(user, scopes=["b"])],
        given: Annotated[Any, Depends(bearer)],
        number: int,
    ) -> Any:
        return [user, other, shown(given), number]

    targets = "/?number=1", "/?number=x", "/"
    return [[await answers(app, target, (None, "Bearer a", "x")) for target in targets], seen]


async def case_a_dependency_puts_the_header_in() -> Any:
    """A token from a cookie or the query, say, in the place where the scheme looks."""
    app, bearer = application(), HTTPBearer(auto_error=False)

    async def replace(request: Request) -> None:
        given = (b"authorization", b"Bearer put in")
        request.scope["headers"] = [*request.scope["headers"], given]

    async def append(request: Request) -> None:
        request.scope["headers"].append((b"authorization", b"Bearer appended"))

    async def look_and_append(request: Request) -> None:
        assert request.headers["host"]
        request.scope["headers"].append((b"authorization", b"Bearer after a look"))

    async def look_and_replace(request: Request) -> None:
        assert request.headers["host"]
        await replace(request)

    async def endpoint(value: Annotated[Any, Depends(bearer)]) -> Any:
        return shown(value)

    async def parameter(authorization: Annotated[str | None, Header()] = None) -> Any:
        return authorization

    told = []
    for change in (replace, append, look_and_append, look_and_replace):
        for read in (endpoint, parameter):
            path = f"/{change.__name__}/{read.__name__}"
            app.get(path, dependencies=[Depends(change)])(read)
            told.append((path, await answers(app, path, (None, "Bearer sent"))))
    return told


async def case_of_a_websocket() -> Any:
    app, oauth2 = application(), OAuth2PasswordBearer("token", auto_error=False)

    async def connection(connection: HTTPConnection) -> Any:
        return connection.headers.get("host")

    @app.websocket("/")
    async def endpoint(socket: WebSocket, host: Annotated[str, Depends(connection)]) -> None:
        await socket.accept()
        await socket.send_text(host)
        await socket.close()

    @app.websocket("/scheme")
    async def scheme(socket: WebSocket, token: Annotated[Any, Depends(oauth2)]) -> None:
        await socket.accept()
        await socket.send_text(str(token))

    return [await websocket(app, "/"), await websocket(app, "/scheme")]
