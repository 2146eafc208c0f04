"""Security schemes, and what an operation requires of them."""

from typing import Any

from ..analyse.plan import CallPlan
from ..declare.security import SecurityBase
from ..fields.encode import jsonable_encoder
from ..ground.callables import unwrap


def security_schemes(root: CallPlan) -> dict[str, dict[str, Any]]:
    """The Security Scheme Objects of everything an endpoint depends on, by component name."""
    return {
        scheme.scheme_name: jsonable_encoder(scheme.model, by_alias=True, exclude_none=True)
        for scheme, _ in _schemes(root)
    }


def security_requirements(root: CallPlan) -> list[dict[str, list[str]]]:
    """The Security Requirement Objects: one for each scheme, with all scopes asked for anywhere."""
    scopes: dict[str, dict[str, None]] = {}
    for scheme, call in _schemes(root):
        scopes.setdefault(scheme.scheme_name, {}).update(dict.fromkeys(call.security_scopes))
    return [{name: list(required)} for name, required in scopes.items()]


def _schemes(root: CallPlan) -> list[tuple[SecurityBase, CallPlan]]:
    calls = [(unwrap(call.call), call) for call in root.walk()]
    return [(scheme, call) for scheme, call in calls if isinstance(scheme, SecurityBase)]
