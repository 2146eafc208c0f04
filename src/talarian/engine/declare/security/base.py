"""What every security scheme is: a dependency that the OpenAPI document describes."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from ...spec.models import SecurityBase as SecurityBaseModel

F = TypeVar("F", bound=Callable[..., Any])


class SecurityBase:
    """Derive from it, and a callable instance used as a dependency appears in the document.

    `model` is its Security Scheme Object and `scheme_name` its key under `components`.
    """

    model: "SecurityBaseModel"
    scheme_name: str


class HeaderScheme(SecurityBase):
    """A scheme that is about the `Authorization` header alone."""

    def _accept_header(self, authorization: str | None) -> Any:
        """The scheme's value for that header, `None` if it is absent; or an error is raised."""
        raise NotImplementedError


def only_reads_its_header(call: F) -> F:
    """Mark a scheme's `__call__`, which gives `_accept_header` its header and does nothing else."""
    _ONLY_READ.add(call)
    return call


_ONLY_READ: set[Callable[..., Any]] = set()


def header_reader(dependency: object) -> Callable[[str | None], Any] | None:
    """Return what makes a scheme's value of the `Authorization` header, without a request.

    `None` for all that is no such scheme, and for schemes of users that do more.
    """
    if isinstance(dependency, HeaderScheme) and type(dependency).__call__ in _ONLY_READ:
        return dependency._accept_header
    return None
