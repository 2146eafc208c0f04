import sys
from typing import Any

import pytest

from talarian.engine.ground.lazy import lazy_names


def test_names_are_imported_when_they_are_asked_for() -> None:
    namespace: dict[str, Any] = {}
    find = lazy_names("json", namespace, {".decoder": ("JSONDecoder",), "wsgiref": ("util",)})
    assert not namespace
    assert find("JSONDecoder").__name__ == "JSONDecoder"
    assert find("util") is sys.modules["wsgiref.util"]
    assert set(namespace) == {"JSONDecoder", "util"}


def test_other_names_are_not_there() -> None:
    with pytest.raises(AttributeError, match="module 'json' has no attribute 'nothing'"):
        lazy_names("json", {}, {})("nothing")
