"""FastAPI's `fastapi.concurrency`."""

from ..engine.ground.concurrency import (
    DependencyConcurrency as _DependencyConcurrency,
    contextmanager_in_threadpool as contextmanager_in_threadpool,
    iterate_in_threadpool as iterate_in_threadpool,
    run_in_threadpool as run_in_threadpool,
    run_until_first_complete as run_until_first_complete,
)
