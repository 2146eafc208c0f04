import pytest

from talarian.engine.ground.sentinels import UNSET, Default, DefaultPlaceholder, resolve_default


def test_a_default_stays_recognisable_and_keeps_its_value() -> None:
    placeholder: object = Default("value")
    assert isinstance(placeholder, DefaultPlaceholder)
    assert placeholder.value == "value"


def test_placeholders_compare_by_value() -> None:
    assert DefaultPlaceholder([1]) == DefaultPlaceholder([1])
    assert hash(DefaultPlaceholder([1])) == hash(DefaultPlaceholder([1]))
    assert DefaultPlaceholder(1) != DefaultPlaceholder(2)
    assert DefaultPlaceholder(1) != 1


def test_a_placeholder_is_as_true_as_its_value() -> None:
    assert DefaultPlaceholder("x")
    assert not DefaultPlaceholder("")
    assert not UNSET


A, B = DefaultPlaceholder("a"), DefaultPlaceholder("b")


@pytest.mark.parametrize(
    ("candidates", "chosen"),
    [
        ((A,), A),
        ((A, B), A),
        ((A, "explicit"), "explicit"),
        (("first", "second"), "first"),
        ((None, B), None),
        ((A, None, "late"), None),
        ((A, 0, 1), 0),
    ],
)
def test_the_first_explicit_candidate_wins(candidates: tuple[object, ...], chosen: object) -> None:
    assert resolve_default(*candidates) is chosen
