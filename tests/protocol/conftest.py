"""The server kinds as parameters."""

import pytest

from tests.protocol.kinds import HAS_LANE, KINDS, LANE_MODULE, LANES, SUBJECTS, Kind

WITHOUT_LANE = pytest.param(
    None,
    id="lane",
    marks=pytest.mark.skipif(not HAS_LANE, reason=f"there is no {LANE_MODULE} to test yet"),
)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give `kind` every server kind, `subject` those beside the reference, `lane` the lanes."""
    for name, kinds in (("kind", KINDS), ("subject", SUBJECTS), ("lane", LANES)):
        if name in metafunc.fixturenames:
            found: list[Kind | object] = [pytest.param(kind, id=str(kind)) for kind in kinds]
            metafunc.parametrize(
                name, found if HAS_LANE else [*found, WITHOUT_LANE], scope="module"
            )
