"""The Plan: every decision about an endpoint, taken once, as frozen data.

`compile` runs it and `describe` documents it; neither asks the user's declaration again. What is
empty is `None` or `()` and costs nothing at request time.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Self

from pydantic.main import IncEx
from starlette.responses import Response

from ..declare.depends import Scope
from ..declare.limits import FormLimits
from ..fields.field import Field
from ..ground.callables import AnyCallable, CallKind
from ..ground.concurrency import DependencyConcurrency
from ..ground.errors import EndpointContext
from ..ground.sentinels import DefaultPlaceholder


class Injection(Enum):
    """A parameter that is filled with an object of the connection, chosen by its annotation."""

    REQUEST = "request"
    WEBSOCKET = "websocket"
    CONNECTION = "HTTP connection"
    RESPONSE = "response"
    BACKGROUND = "background tasks"
    SCOPES = "security scopes"


CacheKey = tuple[AnyCallable | None, tuple[str, ...], str]


@dataclass(frozen=True, slots=True, eq=False)
class CallPlan:
    """One callable (the endpoint or a dependency) and where each of its arguments comes from."""

    call: AnyCallable
    kind: CallKind
    path: str
    """The path template it was analysed for: a name in it makes a path parameter."""
    name: str | None = None
    """The parameter of the caller that receives the result; `None` when nobody does."""
    path_params: tuple[Field, ...] = ()
    query_params: tuple[Field, ...] = ()
    header_params: tuple[Field, ...] = ()
    cookie_params: tuple[Field, ...] = ()
    body_params: tuple[Field, ...] = ()
    injections: tuple[tuple[str, Injection], ...] = ()
    dependencies: tuple["CallPlan", ...] = ()
    use_cache: bool = True
    cache_key: CacheKey = (None, (), "")
    scope: Scope | None = None
    """When code after `yield` runs; `None` for a dependency without one."""
    declared_scope: Scope | None = None
    own_scopes: tuple[str, ...] | None = None
    parent_scopes: tuple[str, ...] | None = None
    security_scopes: tuple[str, ...] = ()
    """OAuth2 scopes asked for here and by everything that depends on it, outermost first."""
    concurrency: DependencyConcurrency | None = None

    def __deepcopy__(self, memo: object) -> Self:
        # Nothing in a plan changes, and its fields and sentinels are known by their identity.
        return self

    def walk(self) -> Iterator["CallPlan"]:
        """This call and every dependency below it, parents first."""
        yield self
        for dependency in self.dependencies:
            yield from dependency.walk()

    def walk_once(self) -> Iterator["CallPlan"]:
        """As `walk`, but what the cache makes one call of is met once."""
        seen: set[CacheKey] = set()

        def visit(call: "CallPlan") -> Iterator["CallPlan"]:
            yield call
            for dependency in call.dependencies:
                if dependency.cache_key not in seen:
                    seen.add(dependency.cache_key)
                    yield from visit(dependency)

        yield from visit(self)


class Stream(Enum):
    """How an endpoint that yields is sent."""

    JSON_LINES = "application/jsonl"
    SERVER_SENT_EVENTS = "text/event-stream"
    RAW = "raw"


@dataclass(frozen=True, slots=True, eq=False)
class BodyPlan:
    """The body: the fields that are filled from it, and the one field that documents it."""

    field: Field
    fields: tuple[Field, ...]
    embed: bool
    """Each field is a key of the body, instead of the one field being the body."""
    form: bool


@dataclass(frozen=True, slots=True, eq=False)
class ResponsePlan:
    """What is done with the value that an endpoint returns or yields."""

    field: Field | None
    model: Any | None
    """The response model, declared or taken from the return annotation."""
    item_field: Field | None
    """The type of what a stream yields, when it was declared."""
    item_type: Any | None
    stream: Stream | None
    response_class: type[Response] | DefaultPlaceholder
    status_code: int | None
    include: IncEx | None
    exclude: IncEx | None
    by_alias: bool
    exclude_unset: bool
    exclude_defaults: bool
    exclude_none: bool
    additional: Mapping[int | str, Field]
    """The models of `responses={404: {"model": …}}`."""


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """An endpoint with all decisions taken."""

    path: str
    root: CallPlan
    body: BodyPlan | None
    response: ResponsePlan
    unique_id: str
    strict_content_type: bool
    max_body_size: int | None
    """Bytes; `None` is unlimited."""
    form_limits: FormLimits
    context: EndpointContext = field(default_factory=EndpointContext)
    """Where the endpoint is written, for error messages."""

    def __deepcopy__(self, memo: object) -> Self:
        return self
