"""Whatever middleware lies around an endpoint: on the straight way, all is as on Starlette's.

A longer look: `MIDDLEWARE_EXAMPLES=20000 pytest tests/property/test_middleware.py`.
"""

import os
from collections.abc import Generator

import itsdangerous
import pytest
from hypothesis import HealthCheck, assume, event, given, settings, strategies as st

from talarian.engine.app.application import Talarian

from .middleware import looks as looks
from .middleware.client import Asked, Observed, observe, requests
from .middleware.endpoints import ENDPOINTS
from .middleware.stacks import stacks
from .middleware.steps import REFUSED

EXAMPLES = int(os.environ.get("MIDDLEWARE_EXAMPLES", "150"))


@pytest.fixture(scope="module", autouse=True)
def still_time() -> Generator[None]:
    """Session cookies say when they were made."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(itsdangerous.TimestampSigner, "get_timestamp", lambda self: 1_000_000_000)
        yield


def both_ways(app: Talarian, asked: Asked, patience: float) -> list[Observed]:
    """What becomes of a request on Starlette's way through the middleware, and on the straight."""
    ordinary = app.middleware_stack
    assert ordinary is not None
    return [
        observe(ordinary, {**asked.scope(), "app": app}, asked, patience),
        observe(app, asked.scope(), asked, patience),
    ]


@pytest.mark.timeout(0 if "MIDDLEWARE_EXAMPLES" in os.environ else 60)
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.data())
def test_the_straight_way_is_as_the_ordinary_way(data: st.DataObject) -> None:
    endpoint = data.draw(st.sampled_from(sorted(ENDPOINTS)), "endpoint")
    stack = data.draw(stacks(endpoint), "stack")
    asked = data.draw(requests(endpoint), "request")
    app = stack.application()
    ordinary, straight = both_ways(app, asked, 0.4)
    if straight.differs_from(ordinary):  # perhaps because the machine had something else to do
        ordinary, straight = both_ways(app, asked, 4.0)
    event(f"answered {ordinary.sent[0]['status'] if ordinary.sent else ordinary.raised}")
    event(f"straight: {app.dispatch().is_straight}")
    assume((REFUSED,) not in ordinary.events)  # there is none that has to be like this
    assert not straight.differs_from(ordinary), f"\n{straight}\ninstead of\n{ordinary}"
