import inspect
from typing import TypedDict

import pytest
from typing_extensions import Unpack

from talarian.engine.ground.signatures import publish_options, reject_unknown


class Base(TypedDict, total=False):
    name: str
    size: int | None


class Options(Base, total=False):
    color: str


@publish_options(Options, {"color": "red"})
def paint(name: str, *shapes: str, **options: Unpack[Options]) -> str:  # type: ignore[misc]
    """Paint."""
    return name + str(options)


def test_keywords_take_the_place_of_the_options() -> None:
    parameters = inspect.signature(paint).parameters
    assert list(parameters) == ["name", "shapes", "size", "color"]
    assert parameters["size"].kind is inspect.Parameter.KEYWORD_ONLY
    assert parameters["size"].annotation == int | None
    assert (parameters["size"].default, parameters["color"].default) == (None, "red")


def test_the_function_itself_is_the_same() -> None:
    assert paint("a", color="blue") == "a{'color': 'blue'}"
    assert paint.__doc__ == "Paint."
    assert inspect.signature(paint).return_annotation is str


def test_an_unknown_keyword_is_refused_as_python_does() -> None:
    reject_unknown("paint", Options, {"name": "a", "size": 1, "color": "red"})
    with pytest.raises(TypeError, match=r"^paint\(\) got an unexpected keyword argument 'colour'$"):
        reject_unknown("paint", Options, {"colour": "red"})
