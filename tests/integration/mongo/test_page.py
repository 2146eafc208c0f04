"""The code on the page about MongoDB runs as it stands there."""

import re
import sys
from collections.abc import Generator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from talarian.mongo.testing import Server
from talarian.testclient import TestClient

PAGE = Path(__file__).parents[3] / "docs" / "mongo.md"


@pytest.fixture
def page(url: str, server: Server) -> Generator[Any, None, None]:
    """All Python blocks of the page, one after the other, as one module."""
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    module = ModuleType("page_mongo")
    sys.modules[module.__name__] = module
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MONGO_URL", url)
        exec(compile("\n".join(blocks), str(PAGE), "exec"), vars(module))
        if server.is_emulator:
            # The page's own test finds a server by itself.
            patch.delenv("MONGO_URL")
        yield module


def test_the_page(page: Any) -> None:
    page.test_years()
    with TestClient(page.app) as client:
        emma = client.post("/books", json={"isbn": "1", "title": "Emma", "year": 1815})
        assert emma.status_code == 201
        path = f"/books/{emma.json()['id']}"
        tag = client.get(path).headers["ETag"]
        changed = client.patch(path, json={"year": None}, headers={"If-Match": tag})
        assert changed.json() == emma.json() | {"year": None, "version": 2}
        assert client.patch(path, json={}, headers={"If-Match": tag}).status_code == 412
        assert client.patch(path, json={"title": None}).status_code == 422
        assert client.get("/books", params={"title": "Emma"}).json()["items"] == [changed.json()]
        assert client.delete(path).status_code == 204
        assert client.get("/books", params={"year_from": 1}).json() == {"items": [], "next": None}
        assert client.get("/health/ready").json()["checks"]["mongo"]["status"] == "pass"
