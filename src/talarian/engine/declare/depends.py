"""`Depends` and `Security`: what a parameter's value is made by."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from ..ground.callables import AnyCallable
from ..ground.concurrency import DependencyConcurrency

Scope = Literal["function", "request"]


@dataclass(frozen=True)
class Depends:
    """A declared dependency; see `param_functions.Depends` for the arguments.

    One declaration that limits its concurrency shares the limit wherever it is used, copies made
    with `dataclasses.replace` included; two declarations never share one.
    """

    dependency: AnyCallable | None = None
    use_cache: bool = True
    scope: Scope | None = None
    max_concurrency: int | None = field(default=None, kw_only=True)
    # Compared, so that `typing` never takes two declarations for one when it caches `Annotated`.
    _concurrency: DependencyConcurrency | None = field(default=None, kw_only=True, repr=False)

    def __post_init__(self) -> None:
        limit, kept = self.max_concurrency, self._concurrency
        if limit is None:
            kept = None
        elif kept is None or kept.max_concurrency != limit:
            kept = DependencyConcurrency(limit)
        object.__setattr__(self, "_concurrency", kept)

    @property
    def concurrency(self) -> DependencyConcurrency | None:
        """The limit shared by every use of this declaration, or `None` without one."""
        return self._concurrency


@dataclass(frozen=True)
class Security(Depends):
    """A dependency that asks for OAuth2 scopes (RFC 6749, section 3.3)."""

    scopes: Sequence[str] | None = None
