"""What every security scheme is: a dependency that the OpenAPI document describes."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ...spec.models import SecurityBase as SecurityBaseModel


class SecurityBase:
    """Derive from it, and a callable instance used as a dependency appears in the document.

    `model` is its Security Scheme Object and `scheme_name` its key under `components`.
    """

    model: "SecurityBaseModel"
    scheme_name: str
