"""Health endpoints for whoever restarts processes and routes requests to them.

    app = Talarian(extensions=[db := Database(), Health()])

`GET /health/live` says that the process serves requests: restart it when this fails. It asks
nothing else, because a restart does not mend a database. `GET /health/ready` runs the checks of
all installed extensions: send requests elsewhere while this fails.
https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/
"""

import logging
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import anyio
from starlette.requests import Request
from starlette.responses import JSONResponse

from .engine.app.router import Router
from .extensions import Check, Extension, installed

if TYPE_CHECKING:
    from .engine.app.application import Talarian

logger = logging.getLogger("talarian.health")


class Health(Extension):
    """Serves `/health/live` and `/health/ready`.

    The answer names the checks and tells which of them fail, not why: anybody may read it. The
    reason is logged.

    Args:
        path: Where both are served.
        timeout: Seconds that a check may take before it counts as failed.
        checks: Checks of your own, by name: functions that raise when something is wrong.
        include_in_schema: Show both in the API's documentation.
    """

    def __init__(
        self,
        path: str = "/health",
        *,
        timeout: float = 5.0,
        checks: Mapping[str, Check] | None = None,
        include_in_schema: bool = False,
    ) -> None:
        self.path = path
        self.timeout = timeout
        self.include_in_schema = include_in_schema
        self._own = dict(checks or {})

    def checks(self) -> Mapping[str, Check]:
        return self._own

    def setup(self, app: "Talarian") -> None:
        router = Router(prefix=self.path, tags=["health"], include_in_schema=self.include_in_schema)
        router.get("/live", summary="Whether the process serves requests")(live)
        router.get(
            "/ready",
            summary="Whether all that the application needs works",
            responses={503: {"description": "Something that the application needs does not work"}},
        )(self.ready)
        app.include_router(router)

    async def ready(self, request: Request) -> JSONResponse:
        """Run every check at once; 503 if one fails."""
        results: dict[str, dict[str, Any]] = {}
        async with anyio.create_task_group() as group:
            for extension in installed(request.app):
                for name, check in extension.checks().items():
                    group.start_soon(self._run, name, check, results)
        well = all(result["status"] == "pass" for result in results.values())
        body = {"status": "pass" if well else "fail", "checks": dict(sorted(results.items()))}
        return JSONResponse(body, 200 if well else 503, headers=_FRESH)

    async def _run(self, name: str, check: Check, results: dict[str, dict[str, Any]]) -> None:
        start = time.perf_counter()
        status = "pass"
        try:
            with anyio.fail_after(self.timeout):
                await check()
        except Exception as error:
            status = "fail"
            logger.error("Health check %s failed: %s: %s", name, type(error).__name__, error)
        results[name] = {
            "status": status,
            "milliseconds": round((time.perf_counter() - start) * 1000, 1),
        }


async def live() -> JSONResponse:
    """Answer, which is all that is asked."""
    return JSONResponse({"status": "pass"}, headers=_FRESH)


# A proxy that kept the answer would defeat the question (RFC 9111, section 5.2.2.5).
_FRESH = {"Cache-Control": "no-store"}
