"""Where Talarian means to differ: each with its reason. Reported, but not a failure.

An entry is for a defect of FastAPI that Talarian mends and no caller can rely on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from talarian.prove.diff import ABSENT, Finding
from talarian.prove.messages import Answer


@dataclass(frozen=True)
class Expected:
    """``covers`` gets the difference and FastAPI's answer."""

    reason: str
    covers: Callable[[Finding, Answer], bool]


def _speaks_of_the_unspeakable(finding: Finding, fastapi: Answer) -> bool:
    unspeakable = (fastapi.error or "").startswith(("ValueError: Out of range float", "UnicodeEnc"))
    return unspeakable and finding == Finding("status", "500", "422")


def _names_more_methods(finding: Finding, fastapi: Answer) -> bool:
    there, here = (_names(value) for value in (finding.fastapi, finding.talarian))
    return finding.aspect == "header allow" and there < here


def _lets_a_browser_see_a_failure(finding: Finding, fastapi: Answer) -> bool:
    cors = finding.aspect.startswith("header access-control-") or finding.aspect == "header vary"
    return cors and fastapi.status == 500 and finding.fastapi == ABSENT


def _tells_methods_apart(finding: Finding, fastapi: Answer) -> bool:
    is_id = finding.aspect.startswith("body $.paths.") and finding.aspect.endswith(".operationId")
    there, here = (
        value.strip('"').rpartition("_") for value in (finding.fastapi, finding.talarian)
    )
    return is_id and there[0] == here[0]


EXPECTED: tuple[Expected, ...] = (
    Expected(
        "a 422 that repeats its input can't repeat NaN or half a surrogate pair in JSON; FastAPI "
        "fails over it",
        _speaks_of_the_unspeakable,
    ),
    Expected(
        "Allow names every method of the path (RFC 9110, 10.2.1), not those of one route",
        _names_more_methods,
    ),
    Expected(
        "a server error carries CORS headers, so that a browser shows it to the page",
        _lets_a_browser_see_a_failure,
    ),
    Expected(
        "each method of one route has its own operationId, as OpenAPI requires",
        _tells_methods_apart,
    ),
)


def reason(finding: Finding, fastapi: Answer) -> str | None:
    """Why this difference is meant, if it is."""
    return next((one.reason for one in EXPECTED if one.covers(finding, fastapi)), None)


def _names(value: str) -> set[str]:
    return {name.strip() for name in value.split(",")}
