"""FastAPI's `fastapi.concurrency`."""

from ..engine.ground.concurrency import (
    DependencyConcurrency as _DependencyConcurrency,
    contextmanager_in_threadpool,
    iterate_in_threadpool,
    run_in_threadpool,
    run_until_first_complete,
)

__all__ = [
    "_DependencyConcurrency",
    "contextmanager_in_threadpool",
    "iterate_in_threadpool",
    "run_in_threadpool",
    "run_until_first_complete",
]
