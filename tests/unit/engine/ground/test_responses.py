import json
from types import SimpleNamespace
from typing import Any

import pytest

from talarian.engine.ground import responses
from talarian.engine.ground.errors import TalarianDeprecationWarning


def test_orjson_response(monkeypatch: pytest.MonkeyPatch) -> None:
    def dumps(content: Any, option: int) -> bytes:
        return json.dumps([content, option]).encode()

    fake = SimpleNamespace(dumps=dumps, OPT_NON_STR_KEYS=1, OPT_SERIALIZE_NUMPY=2)
    monkeypatch.setattr(responses, "orjson", fake)
    with pytest.warns(TalarianDeprecationWarning, match="ORJSONResponse is deprecated"):
        response = responses.ORJSONResponse("x")  # pyright: ignore[reportDeprecated]
    assert response.body == b'["x", 3]'


def test_ujson_response(monkeypatch: pytest.MonkeyPatch) -> None:
    def dumps(content: str, ensure_ascii: bool) -> str:
        return f"{content} {ensure_ascii}"

    monkeypatch.setattr(responses, "ujson", SimpleNamespace(dumps=dumps))
    with pytest.warns(TalarianDeprecationWarning, match="UJSONResponse is deprecated"):
        response = responses.UJSONResponse("é")  # pyright: ignore[reportDeprecated]
    assert response.body == "é False".encode()


@pytest.mark.parametrize("name", ["orjson", "ujson"])
def test_a_missing_library_is_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(responses, name, None)
    response_class = getattr(responses, f"{name.upper()}Response")
    with (
        pytest.warns(TalarianDeprecationWarning),
        pytest.raises(AssertionError, match=f"{name} must be installed"),
    ):
        response_class({})
