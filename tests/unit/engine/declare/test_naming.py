from dataclasses import dataclass, field

import pytest

from talarian.engine.declare.naming import generate_unique_id


@dataclass
class Named:
    name: str
    path_format: str
    methods: list[str] = field(default_factory=lambda: ["GET"])


@pytest.mark.parametrize(
    ("route", "identifier"),
    [
        (Named("read", "/"), "read__get"),
        (Named("read", "/items/{item_id}"), "read_items__item_id__get"),
        (Named("lire-été", "/é.json", ["POST"]), "lire_été_é_json_post"),
    ],
)
def test_name_path_and_method(route: Named, identifier: str) -> None:
    assert generate_unique_id(route) == identifier
