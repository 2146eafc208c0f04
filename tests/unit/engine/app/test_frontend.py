from pathlib import Path
from typing import Annotated

import pytest
from starlette.exceptions import HTTPException
from starlette.testclient import TestClient

from talarian import Depends, Query, Router, Talarian
from talarian.engine.serve.frontend import accepts_page

PAGE = {"accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    """A built front end."""
    (tmp_path / "about").mkdir()
    (tmp_path / "index.html").write_text("shell")
    (tmp_path / "about" / "index.html").write_text("about")
    (tmp_path / "app.js").write_text("script")
    return tmp_path


def test_files_come_after_the_routes_of_the_whole_application(dist: Path) -> None:
    front, api = Router(), Router()
    front.frontend("/", directory=dist)
    api.get("/app.js")(lambda: "route")
    app = Talarian()
    app.include_router(front)
    app.include_router(api)
    client = TestClient(app)

    assert client.get("/app.js").json() == "route"
    assert client.get("/about/").text == "about"
    assert client.get("/somewhere", headers=PAGE).text == "shell"
    assert client.get("/somewhere.js").status_code == 404


def test_the_most_specific_front_end_serves_wherever_it_was_declared(dist: Path) -> None:
    admin_files = dist / "admin"
    admin_files.mkdir()
    (admin_files / "index.html").write_text("admin")
    admin = Router(prefix="/admin")
    admin.frontend("/", directory=admin_files)
    app = Talarian()
    app.frontend("/", directory=dist)
    app.include_router(admin, prefix="/internal")
    client = TestClient(app)

    assert client.get("/internal/admin/users", headers=PAGE).text == "admin"
    assert client.get("/internal/administration", headers=PAGE).text == "shell"


@pytest.mark.parametrize(("path", "status"), [("/app.js", 405), ("/about", 405), ("/page", 404)])
def test_other_methods_are_refused_before_dependencies_run(
    dist: Path, path: str, status: int
) -> None:
    def forbid() -> None:
        raise HTTPException(403)

    app = Talarian(dependencies=[Depends(forbid)])
    app.frontend("/", directory=dist)
    response = TestClient(app).post(path, headers=PAGE)

    assert response.status_code == status
    assert response.headers.get("allow") == ("GET, HEAD" if status == 405 else None)
    assert TestClient(app).get(path).status_code == 403


def test_dependencies_may_read_what_a_route_could(dist: Path) -> None:
    seen: list[str] = []

    def note(color: str, size: Annotated[str, Query(alias="s")] = "small") -> None:
        seen.append(f"{size} {color}")

    router = Router(dependencies=[Depends(note)])
    router.frontend("/", directory=dist)
    app = Talarian()
    app.include_router(router, prefix="/ui")

    assert TestClient(app).get("/ui/app.js?color=red").text == "script"
    assert TestClient(app).get("/ui/app.js").status_code == 422
    assert seen == ["small red"]


def test_the_not_found_page_is_never_answered_with_not_modified(dist: Path) -> None:
    (dist / "404.html").write_text("nothing here")
    app = Talarian()
    app.frontend("/", directory=dist)
    client = TestClient(app)

    missing = client.get("/missing", headers={"if-none-match": "*"})
    assert (missing.status_code, missing.text) == (404, "nothing here")
    assert client.get("/app.js", headers={"if-none-match": "*"}).status_code == 304


def test_a_mounted_application_has_front_ends_of_its_own(dist: Path) -> None:
    child, app = Talarian(), Talarian()
    child.frontend("/ui", directory=dist)
    app.mount("/child", child)
    redirect = TestClient(app).get("/child/ui/about?x=1", follow_redirects=False)

    assert redirect.status_code == 307
    assert redirect.headers["location"] == "http://testserver/child/ui/about/?x=1"


def test_a_directory_that_is_not_built_yet_is_a_warning_in_development(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FASTAPI_ENV", "development")
    with pytest.warns(UserWarning, match="nothing is built at") as warned:
        Talarian().frontend("/", directory=tmp_path / "dist")
    assert warned[0].filename == __file__

    monkeypatch.delenv("FASTAPI_ENV")
    with pytest.raises(RuntimeError, match="nothing is built at"):
        Talarian().frontend("/", directory=tmp_path / "dist")
    with pytest.raises(RuntimeError, match=r"'404\.html' does not exist"):
        Talarian().frontend("/", directory=tmp_path, fallback="404.html")


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("text/html", True),
        ("image/png, TEXT/HTML;level=1; q=0.1", True),
        ("application/xhtml+xml", True),
        ("text/html;q=what", True),
        ("text/html; q=0, */*", False),
        ("text/*, */*", False),
        ("", False),
    ],
)
def test_only_html_by_name_is_navigation(accept: str, expected: bool) -> None:
    assert accepts_page(accept) is expected
