"""Whatever is declared and whatever is sent: compiled and interpreted, it is the same.

A longer look: `COMPILED_EXAMPLES=20000 pytest tests/property/test_compiled.py`.
"""

import os

import pytest
from hypothesis import HealthCheck, assume, event, given, settings, strategies as st
from starlette.routing import Match

from talarian.engine.compile.build import Compiled
from talarian.engine.serve.asgi import request_response
from talarian.engine.serve.endpoint import Endpoint
from talarian.engine.serve.handler import make_handler

from .declared import Declared, declared
from .observed import observe
from .sent import requests

EXAMPLES = int(os.environ.get("COMPILED_EXAMPLES", "250"))

REASONS = ('a dependency of scope "function" opens before one of scope "request"',)
"""Why one of the endpoints here may be interpreted after all."""


@pytest.mark.timeout(0)  # a counterexample takes minutes to become small
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(declared(), st.data())
def test_compiled_and_interpreted_are_the_same(declared: Declared, data: st.DataObject) -> None:
    route, log = declared.route, declared.log
    assert isinstance(route.app, Endpoint)
    compiled = route.app.compiled
    if not isinstance(compiled, Compiled):
        assert compiled.startswith(REASONS)
        event("interpreted")
        assume(False)
    interpreted = request_response(make_handler(route, None))
    for _ in range(data.draw(st.integers(1, 4), "requests")):
        request = data.draw(requests(declared), "request")
        backend = data.draw(st.sampled_from(("asyncio",) * 5 + ("trio",)), "backend")
        scope = {"type": "http", "method": "POST", "path": request.path, "root_path": ""}
        assume(route.matches(scope)[0] is not Match.NONE)
        plain = observe(interpreted, route, request, log, backend)
        event(f"answered {plain.sent[0]['status'] if plain.sent else plain.raised}")
        assert observe(route.app, route, request, log, backend) == plain
