"""The table of paths against the regexes it stands in for."""

from hypothesis import given, strategies as st
from starlette.routing import compile_path

from talarian.engine.paths.table import PathTable

segments = st.sampled_from(
    ["a", "b", "a.b", "", "{p}", "{p:int}", "{p:float}", "{p:uuid}", "x{p}", "{p}.y"]
)


@st.composite
def templates(draw: st.DrawFn) -> str:
    parts = draw(st.lists(segments, min_size=1, max_size=4))
    named = [part.replace("{p", f"{{p{index}") for index, part in enumerate(parts)]
    if draw(st.booleans()):
        named.append("{rest:path}")
    return "/" + "/".join(named)


paths = st.lists(
    st.sampled_from(["a", "b", "a.b", "", "1", "1.5", "x1", "q.y", "é"]), max_size=5
).map(lambda parts: "/" + "/".join(parts))


@given(st.lists(templates(), max_size=8), paths)
def test_every_template_that_matches_is_found_in_order(known: list[str], path: str) -> None:
    table: PathTable[int] = PathTable()
    for index, template in enumerate(known):
        table.add(template, index)
    found = table.find(path)
    matching = [
        index for index, template in enumerate(known) if compile_path(template)[0].match(path)
    ]
    assert found == sorted(found)
    assert [index for index in found if index in matching] == matching
