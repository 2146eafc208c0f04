"""The server kinds as parameters."""

import pytest

from tests.protocol.kinds import KINDS, LANES, SUBJECTS


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give `kind` every server kind, `subject` those beside the reference, `lane` the lanes."""
    for name, kinds in (("kind", KINDS), ("subject", SUBJECTS), ("lane", LANES)):
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, kinds, ids=str, scope="module")
