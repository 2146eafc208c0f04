"""The examination as a whole: order, mounted applications, places, how much work it is."""

import ast
import importlib
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette

from talarian import Talarian
from talarian.doctor import Severity, examine
from talarian.doctor.report import as_data, as_text
from talarian.doctor.rules import RULES

ROUTES = 200


@pytest.fixture
def module(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[Any]:
    """Write a module, import it, and forget it afterwards."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.chdir(tmp_path)
    before = set(sys.modules)

    def write(name: str, source: str) -> Any:
        (tmp_path / f"{name}.py").write_text(source)
        return importlib.import_module(name)

    yield write
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(tmp_path)):
            del sys.modules[name]


def test_the_names_of_rules_are_unique_and_their_pages_are_links() -> None:
    assert max(Counter(rule.name for rule in RULES).values()) == 1
    assert all(rule.source.startswith("https://") for rule in RULES)


def test_an_application_without_traps() -> None:
    examination = examine(Talarian(openapi_url=None))
    assert examination.findings == []
    assert as_text(examination).endswith("Nothing found in 0 routes.")


def test_the_worst_come_first_and_rules_can_be_ignored() -> None:
    app = Talarian(on_startup=[print], lifespan=lambda app: None)  # type: ignore[arg-type]
    app.get("/docs")(lambda: None)
    levels = [finding.severity for finding in examine(app).findings]
    assert levels == [Severity.ERROR, Severity.WARNING, Severity.INFO]
    ignored = {"on-event-ignored", "public-docs"}
    (finding,) = examine(app, ignore=ignored).findings
    assert finding.rule == "shadowed-route"


def test_only_applications_with_plans() -> None:
    with pytest.raises(TypeError, match="Not a Talarian or FastAPI application but a Starlette"):
        examine(Starlette())


def test_middleware_around_the_application_is_looked_through() -> None:
    class Around:
        app = Talarian()

    assert examine(Around()).findings


SHOP = """\
from talarian import Talarian
from talarian.middleware import CORSMiddleware

inner: Talarian = Talarian(openapi_url=None)

@inner.get("/x/{a}")
def wide(a: int) -> None: ...

@inner.get("/x/{b}")
def narrow(b: int) -> None: ...

app = Talarian(redoc_url=None)
app.mount("/inner", inner)
app.add_middleware(
    CORSMiddleware, allow_origins=["*"], allow_credentials=True
)
"""


def test_places_and_mounted_applications(module: Any) -> None:
    examination = examine(module("shop", SHOP).app, module="shop")
    assert [
        (finding.rule, str(finding.place), finding.application) for finding in examination.findings
    ] == [
        ("cors-any-origin-with-credentials", "shop.py:14", ""),
        ("shadowed-route", "shop.py:9", "/inner"),
        ("public-docs", "shop.py:12", ""),
    ]


def test_as_text_and_as_data(module: Any) -> None:
    examination = examine(module("shop2", SHOP).app, module="shop2")
    text = as_text(examination)
    assert "shop2.py:9: warning shadowed-route (mounted at /inner)\n    GET /x/{b} is never" in text
    assert text.endswith("1 error, 1 warning, 1 info in 6 routes.")
    assert all(len(line) <= 100 for line in text.splitlines())
    data = as_data(examination)
    assert data["counts"] == {"error": 1, "warning": 1, "info": 1}
    assert data["findings"][1] == {
        "rule": "shadowed-route",
        "severity": "warning",
        "message": "GET /x/{b} is never reached: GET /x/{a} (shop2.py:6) is declared before it and "
        "matches the same paths.",
        "advice": "Declare GET /x/{b} before GET /x/{a}, or give it a path of its own.",
        "source": "https://fastapi.tiangolo.com/tutorial/path-params/#order-matters",
        "place": {"file": "shop2.py", "line": 9},
        "application": "/inner",
    }


LARGE = """\
from typing import Annotated
from pydantic import BaseModel
from talarian import BackgroundTasks, Depends, Response, Router, Talarian

class Item(BaseModel):
    name: str

def session():
    session = object()
    yield session
    session.commit()

def region(response: Response) -> None:
    response.headers["X-Region"] = "eu"

router = Router(prefix="/v1", dependencies=[Depends(region)])
"""

ENDPOINT = """
@router.post("/things{number}/{{thing_id}}")
async def thing{number}(
    thing_id: int, item: Item, tasks: BackgroundTasks, _: Annotated[object, Depends(session)]
) -> Item:
    tasks.add_task(print, thing_id)
    return item
"""


def test_a_large_application_is_read_once(
    module: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    endpoints = "".join(ENDPOINT.format(number=number) for number in range(ROUTES))
    source = f"{LARGE}{endpoints}\napp = Talarian()\napp.include_router(router)\n"
    app = module("large", source).app
    for context in app.routes[-1].effective_route_contexts():
        _ = context.plan  # made for the first request anyway
    parsed: Counter[str] = Counter()
    parse = ast.parse

    def counted(text: str, *args: Any, **kwargs: Any) -> Any:
        parsed[text] += 1
        return parse(text, *args, **kwargs)

    monkeypatch.setattr(ast, "parse", counted)
    started = time.process_time()
    examination = examine(app, module="large")
    elapsed = time.process_time() - started
    with capsys.disabled():
        print(f"\n{ROUTES} routes examined in {elapsed * 1000:.0f} ms of processor time")
    assert examination.routes >= ROUTES
    assert "commit-after-response" in {finding.rule for finding in examination.findings}
    assert set(parsed.values()) == {1}


def test_a_simple_application_is_not_read_at_all(
    module: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = "from talarian import Talarian\napp = Talarian(openapi_url=None)\n"
    source += "@app.get('/')\ndef root() -> None: ...\n"
    app = module("simple", source).app

    def refuse(*args: Any, **kwargs: Any) -> Any:
        raise AssertionError("parsed")

    monkeypatch.setattr(ast, "parse", refuse)
    examine(app, module="simple")
