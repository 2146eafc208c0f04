"""`unlimited-body`, `public-docs`, `redirect-scheme` and `websocket-origin-unchecked`."""

from typing import Annotated, Any

import pytest
from pydantic import BaseModel

from talarian import Cookie, Depends, Header, Talarian, UploadFile, WebSocket
from talarian.doctor import examine
from talarian.middleware import CORSMiddleware
from tests.unit.doctor.observing import found_at, seen


class Item(BaseModel):
    name: str


def create(item: Item) -> None: ...
def upload(file: UploadFile) -> None: ...
def read() -> None: ...


class TestUnlimitedBody:
    RULE = "unlimited-body"

    def test_one_finding_for_all_routes(self) -> None:
        app = Talarian()
        app.post("/items")(create)
        app.post("/files")(upload)
        (finding,) = seen(self.RULE, app)
        assert "POST /items, POST /files" in finding.message

    def test_a_limit_for_the_application(self) -> None:
        app = Talarian(max_body_size=1000)
        app.post("/items")(create)
        assert seen(self.RULE, app) == []

    def test_a_limit_for_the_route(self) -> None:
        app = Talarian()
        app.post("/items", max_body_size=1000)(create)
        app.get("/items")(read)
        assert seen(self.RULE, app) == []


class TestPublicDocs:
    RULE = "public-docs"

    def test_on_by_default(self) -> None:
        (finding,) = seen(self.RULE, Talarian())
        assert "/docs and /redoc can be read" in finding.message

    def test_of_a_mounted_application(self) -> None:
        app = Talarian(openapi_url=None)
        app.mount("/inner", Talarian(redoc_url=None))
        (finding,) = seen(self.RULE, app)
        assert finding.application == "/inner"
        assert finding.message.startswith("/inner/docs can be read")

    @pytest.mark.parametrize(
        "options", [{"openapi_url": None}, {"docs_url": None, "redoc_url": None}]
    )
    def test_turned_off(self, options: dict[str, Any]) -> None:
        assert seen(self.RULE, Talarian(**options)) == []


class TestRedirectScheme:
    RULE = "redirect-scheme"

    def test_a_server_with_https(self) -> None:
        app = Talarian(servers=[{"url": "/"}, {"url": "https://api.example.org"}])
        (finding,) = seen(self.RULE, app)
        assert "the server https://api.example.org" in finding.message

    def test_a_root_path(self) -> None:
        app = Talarian()
        app.root_path = "/api"
        assert len(seen(self.RULE, app)) == 1

    def test_redirects_are_off(self) -> None:
        app = Talarian(redirect_slashes=False, servers=[{"url": "https://api.example.org"}])
        assert seen(self.RULE, app) == []

    def test_without_a_sign_of_a_proxy_it_says_so(self) -> None:
        examination = examine(Talarian())
        assert "proxy" in examination.unknown[self.RULE]


def session(session: Annotated[str, Cookie()]) -> str:
    return session


class TestWebSocketOrigin:
    RULE = "websocket-origin-unchecked"

    def test_with_a_cookie(self) -> None:
        async def live(websocket: WebSocket, user: str = Depends(session)) -> None: ...

        app = Talarian()
        app.add_middleware(CORSMiddleware, allow_origins=["https://app.example.org"])
        app.websocket("/live")(live)
        found_at(self.RULE, app, live, "async def live")

    def test_without_a_cookie(self) -> None:
        async def live(websocket: WebSocket, token: str) -> None: ...

        app = Talarian()
        app.websocket("/live")(live)
        assert seen(self.RULE, app) == []

    def test_the_endpoint_looks(self) -> None:
        async def live(websocket: WebSocket, user: str = Depends(session)) -> None:
            assert websocket.headers["Origin"] == "https://app.example.org"

        app = Talarian()
        app.websocket("/live")(live)
        assert seen(self.RULE, app) == []

    def test_a_dependency_looks(self) -> None:
        def same_site(origin: Annotated[str, Header()]) -> None: ...

        async def live(websocket: WebSocket, user: str = Depends(session)) -> None: ...

        app = Talarian()
        app.websocket("/live", dependencies=[Depends(same_site)])(live)
        assert seen(self.RULE, app) == []

    def test_middleware_may_look(self) -> None:
        class Gate:
            def __init__(self, app: Any) -> None: ...

        async def live(websocket: WebSocket, user: str = Depends(session)) -> None: ...

        app = Talarian()
        app.add_middleware(Gate)  # type: ignore[arg-type]
        app.websocket("/live")(live)
        assert seen(self.RULE, app) == []
