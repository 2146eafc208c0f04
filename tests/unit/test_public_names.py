"""The names of `import talarian`."""

import subprocess
import sys

import pytest

import talarian


@pytest.mark.parametrize("name", talarian.__all__)
def test_every_public_name_can_be_had(name: str) -> None:
    assert getattr(talarian, name) is not None
    assert name in dir(talarian)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nothing"):
        _ = talarian.nothing


def test_importing_the_package_does_not_import_the_engine() -> None:
    code = "import sys, talarian; print('pydantic' in sys.modules, 'starlette' in sys.modules)"
    result = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.split() == ["False", "False"]
