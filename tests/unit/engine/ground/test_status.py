import pytest

from talarian.engine.ground.status import is_body_allowed


@pytest.mark.parametrize("status", [None, 200, 206, 404, "200", "default", "1XX", "2XX", "5XX"])
def test_content_is_allowed(status: int | str | None) -> None:
    assert is_body_allowed(status)


@pytest.mark.parametrize("status", [100, 199, 204, 205, 304, "204"])
def test_content_is_not_allowed(status: int | str) -> None:
    assert not is_body_allowed(status)


def test_what_is_neither_a_code_nor_a_pattern_is_refused() -> None:
    with pytest.raises(ValueError):
        is_body_allowed("DEFAULT")
