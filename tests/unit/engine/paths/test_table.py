"""The table may offer too much, never too little, and always in the order of registration."""

import pytest
from starlette.convertors import Convertor, register_url_convertor
from starlette.routing import compile_path

from talarian.engine.paths.table import PathTable


def table_of(*templates: str) -> PathTable[str]:
    table: PathTable[str] = PathTable()
    for template in templates:
        table.add(template, template)
    return table


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/", ["/"]),
        ("/items", ["/items", "/{name}"]),
        ("/items/", ["/items/"]),
        ("/other", ["/{name}"]),
        ("/items/1", ["/items/{item_id:int}", "/items/{name}"]),
        ("/files/a/b", ["/files/{path:path}"]),
        ("/nothing/at/all", []),
        ("", []),
    ],
)
def test_finds_in_the_order_of_registration(path: str, found: list[str]) -> None:
    table = table_of(
        "/",
        "/items",
        "/items/",
        "/items/{item_id:int}",
        "/items/{name}",
        "/{name}",
        "/files/{path:path}",
    )
    assert table.find(path) == found


def test_text_around_a_parameter_counts_as_a_parameter() -> None:
    table = table_of("/report.{format}", "/{year}-{month}")
    assert table.find("/report.pdf") == ["/report.{format}", "/{year}-{month}"]


def test_what_is_asked_about_every_path_keeps_its_place() -> None:
    table = table_of("/a")
    table.add_anywhere("anywhere")
    table.add("/{name}", "/{name}")
    assert table.find("/a") == ["/a", "anywhere", "/{name}"]
    assert table.find("/b/c") == ["anywhere"]


def test_a_line_end_that_a_regex_would_overlook_is_not_overlooked() -> None:
    pattern, _, _ = compile_path("/a")
    assert pattern.match("/a\n")
    assert "/a" in table_of("/a").find("/a\n")


def test_a_convertor_of_the_application_may_reach_over_slashes() -> None:
    class Anything(Convertor[str]):
        regex = ".*"

        def convert(self, value: str) -> str:
            return value

        def to_string(self, value: str) -> str:
            return value

    register_url_convertor("anything_for_the_table", Anything())
    table = table_of("/x/{rest:anything_for_the_table}/end")
    assert table.find("/x/a/b/end") == ["/x/{rest:anything_for_the_table}/end"]
