"""FastAPI's `fastapi.concurrency`."""

from ..engine.ground.concurrency import (
    DependencyConcurrency as _DependencyConcurrency,
    contextmanager_in_threadpool,
    iterate_in_threadpool,
    run_in_threadpool,
    run_until_first_complete,
)
from ._passing import offer_passing_names

__all__ = [
    "_DependencyConcurrency",
    "contextmanager_in_threadpool",
    "iterate_in_threadpool",
    "run_in_threadpool",
    "run_until_first_complete",
]

offer_passing_names(__name__)
