"""Inclusions compose: a route becomes what the order of its routers says, however they nest."""

from typing import Any

from hypothesis import given, strategies as st
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse

from talarian.engine.declare.declaration import Declaration, Inclusion
from talarian.engine.ground.sentinels import Default, DefaultPlaceholder

NAMES = st.sampled_from(["a", "b", "c"])
CLASSES = [JSONResponse, HTMLResponse, PlainTextResponse]


def endpoint() -> None: ...


def or_default(chosen: st.SearchStrategy[Any], default: Any) -> st.SearchStrategy[Any]:
    return st.one_of(chosen, st.just(Default(default)))


def shared() -> dict[str, st.SearchStrategy[Any]]:
    """What routes and inclusions are both told."""
    return {
        "tags": st.lists(NAMES, max_size=2),
        "dependencies": st.lists(st.integers(), max_size=2),
        "callbacks": st.lists(st.integers(), max_size=2),
        "responses": st.dictionaries(st.integers(400, 403), st.just({}) | st.just({"a": 1})),
        "deprecated": st.sampled_from([None, True, False]),
        "include_in_schema": st.booleans(),
        "generate_unique_id_function": or_default(st.sampled_from([str, repr]), repr),
        "strict_content_type": or_default(st.booleans(), True),
        "max_body_size": st.sampled_from([None, 0, 1, 100]),
        "form_limits": st.dictionaries(
            st.sampled_from(["max_files", "max_fields"]), st.integers(0, 3)
        ),
    }


PREFIXES = st.sampled_from(["", "/a", "/{b}"])
RESPONSE_CLASSES = or_default(st.sampled_from(CLASSES), JSONResponse)
inclusions = st.builds(
    Inclusion, prefix=PREFIXES, default_response_class=RESPONSE_CLASSES, **shared()
)
declarations = st.builds(
    Declaration,
    path=st.sampled_from(["", "/x"]),
    endpoint=st.just(endpoint),
    response_class=RESPONSE_CLASSES,
    **shared(),
)


def meaning(name: str, value: Any) -> Any:
    """What an option amounts to."""
    if isinstance(value, DefaultPlaceholder):
        return "nobody chose"
    # Not to be deprecated needs no decision.
    return bool(value) if name == "deprecated" else value


def agree(one: Any, two: Any) -> bool:
    return all(
        meaning(name, value) == meaning(name, getattr(two, name))
        for name, value in vars(one).items()
    )


@given(inclusions, inclusions, inclusions)
def test_nesting_is_associative(a: Inclusion, b: Inclusion, c: Inclusion) -> None:
    assert agree(a.around(b).around(c), a.around(b.around(c)))


@given(inclusions, inclusions, declarations)
def test_including_twice_is_including_both(a: Inclusion, b: Inclusion, route: Declaration) -> None:
    assert agree(a.around(b).applied_to(route), a.applied_to(b.applied_to(route)))


@given(inclusions, declarations)
def test_an_inclusion_that_says_nothing_changes_nothing(a: Inclusion, route: Declaration) -> None:
    assert agree(Inclusion().around(a), a)
    assert agree(a.around(Inclusion()), a)
    assert agree(Inclusion().applied_to(route), route)
