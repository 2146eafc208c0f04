"""Whatever middleware lies around an endpoint: on the fast lane, the bytes are uvicorn's own.

A longer look: `LANE_EXAMPLES=20000 pytest tests/property/test_lane.py`.
"""

import os
from collections.abc import Generator

import itsdangerous
import pytest
from hypothesis import HealthCheck, assume, event, given, settings, strategies as st

from .lane.connection import by_lane, by_uvicorn
from .lane.endpoints import add_to
from .lane.requests import sendings
from .middleware import looks as looks
from .middleware.endpoints import ENDLESS_STREAMS, ENDPOINTS, FOR_EVER
from .middleware.stacks import stacks
from .middleware.steps import REFUSED

EXAMPLES = int(os.environ.get("LANE_EXAMPLES", "150"))


@pytest.fixture(scope="module", autouse=True)
def still_time() -> Generator[None]:
    """Session cookies say when they were made."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(itsdangerous.TimestampSigner, "get_timestamp", lambda self: 1_000_000_000)
        yield


@pytest.mark.timeout(0 if "LANE_EXAMPLES" in os.environ else 60)
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.data())
def test_the_lane_is_as_uvicorn(data: st.DataObject) -> None:
    endpoint = data.draw(st.sampled_from(sorted(set(ENDPOINTS) - FOR_EVER)), "endpoint")
    stack = data.draw(stacks(endpoint), "stack")
    sending = data.draw(sendings(endpoint), "sending")
    app = stack.application()
    add_to(app)
    ordinary, lane = by_uvicorn(app, sending), by_lane(app, sending)
    event(f"on the lane: {lane.on_lane} of {len(sending.pieces)}")
    event(f"answered {ordinary.data[9:12].decode()}")
    assume((REFUSED,) not in ordinary.events)  # there is none that has to be like this
    if endpoint in ENDLESS_STREAMS:  # how much more is made when the client has gone is luck
        ordinary.events = lane.events = []
    # Starlette's `is_disconnected` takes the body away, and who reads it afterwards waits for ever.
    assume(not (ordinary.left and "ask_for_client" in repr(stack)))
    if ordinary.left:  # it waits for ever
        assert (lane.left, lane.data) == (ordinary.left, ordinary.data)
        return
    assert not lane.differs_from(ordinary), f"\n{lane}\ninstead of\n{ordinary}"
