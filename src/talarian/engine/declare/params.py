"""Where a value comes from: `Path`, `Query`, `Header`, `Cookie`, `Body`, `Form`, `File`.

They are pydantic `FieldInfo`s that also know their place in the request. Only what the user said
is handed to pydantic, so that `Annotated[int, Field(title="x"), Query(ge=1)]` keeps both.
"""

# To type checkers FieldInfo is final; that these are FieldInfos is FastAPI's public API.
# mypy: disable-error-code="misc"
# pyright: reportGeneralTypeIssues=false

import re
import sys
import warnings
from collections.abc import Callable
from enum import Enum
from typing import Any, ClassVar, Literal, TypedDict

from pydantic import AliasChoices, AliasPath, Discriminator
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from typing_extensions import Unpack, deprecated

from ..ground.errors import TalarianDeprecationWarning
from ..ground.sentinels import UNSET
from ..ground.signatures import publish_options, reject_unknown
from ..spec.examples import Example

Undefined = PydanticUndefined


class ParamTypes(Enum):
    """The `in` of an OpenAPI parameter."""

    query = "query"
    header = "header"
    path = "path"
    cookie = "cookie"


class FieldOptions(TypedDict, total=False):
    """Keywords of every parameter marker: pydantic's own, and what OpenAPI shows of it.

    Source: https://fastapi.tiangolo.com/reference/parameters/
    """

    default_factory: Callable[[], Any] | None
    annotation: Any | None
    alias: str | None
    alias_priority: int | None
    validation_alias: str | AliasPath | AliasChoices | None
    serialization_alias: str | None
    title: str | None
    description: str | None
    gt: float | None
    ge: float | None
    lt: float | None
    le: float | None
    min_length: int | None
    max_length: int | None
    pattern: str | re.Pattern[str] | None
    regex: str | None
    discriminator: str | Discriminator | None
    strict: bool | None
    validate_default: bool | None
    union_mode: Literal["smart", "left_to_right"] | None
    fail_fast: bool | None
    multiple_of: float | None
    allow_inf_nan: bool | None
    max_digits: int | None
    decimal_places: int | None
    examples: list[Any] | None
    example: Any | None
    openapi_examples: dict[str, Example] | None
    deprecated: deprecated | str | bool | None
    include_in_schema: bool
    json_schema_extra: dict[str, Any] | Callable[[dict[str, Any]], None] | None


class HeaderOptions(FieldOptions, total=False):
    """`convert_underscores`: read `user_agent` from `user-agent` (the default)."""

    convert_underscores: bool


class FormOptions(FieldOptions, total=False):
    """`media_type`: the content type shown in OpenAPI."""

    media_type: str


class BodyOptions(FormOptions, total=False):
    """`embed`: expect the value under its own name inside a JSON object."""

    embed: bool | None


FIELD_DEFAULTS = {"include_in_schema": True}

# Read as "not constrained" when they are None, where other keywords take None for "cleared".
_CONSTRAINTS = frozenset({"gt", "ge", "lt", "le", "min_length", "max_length", "pattern"})


class _Marker(FieldInfo):
    """What all markers share: their own keywords split from pydantic's."""

    example: Any
    include_in_schema: bool
    openapi_examples: dict[str, Example] | None

    def __init__(self, default: Any, options: dict[str, Any], known: type) -> None:
        reject_unknown(type(self).__name__, known, options)
        if options.get("example", UNSET) is not UNSET:
            _warn("`example` has been deprecated, please use `examples` instead")
        if options.get("regex") is not None:
            _warn("`regex` has been deprecated, please use `pattern` instead")
        self.example = options.pop("example", UNSET)
        self.include_in_schema = options.pop("include_in_schema", True)
        self.openapi_examples = options.pop("openapi_examples", None)
        regex = options.pop("regex", None)
        if regex is not None and options.get("pattern") is None:
            options["pattern"] = regex
        if "alias" in options:
            options.setdefault("validation_alias", options["alias"])
            options.setdefault("serialization_alias", options["alias"])
        given: Any = {
            name: value
            for name, value in options.items()
            if value is not None or name not in _CONSTRAINTS
        }
        super().__init__(default=default, **given)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.default})"


class Param(_Marker):
    """A value outside the body."""

    in_: ClassVar[ParamTypes]

    @publish_options(FieldOptions, FIELD_DEFAULTS)
    def __init__(self, default: Any = Undefined, **options: Unpack[FieldOptions]) -> None:
        super().__init__(default, dict(options), FieldOptions)


class Path(Param):
    """A part of the URL's path. It is always required."""

    in_ = ParamTypes.path

    @publish_options(FieldOptions, FIELD_DEFAULTS)
    def __init__(self, default: Any = ..., **options: Unpack[FieldOptions]) -> None:
        assert default is ..., "Path parameters cannot have a default value"
        super().__init__(default, **options)


class Query(Param):
    """A value from the query string."""

    in_ = ParamTypes.query


class Header(Param):
    """A request header; names are case-insensitive (RFC 9110, section 5.1)."""

    in_ = ParamTypes.header
    convert_underscores: bool

    @publish_options(HeaderOptions, FIELD_DEFAULTS | {"convert_underscores": True})
    def __init__(self, default: Any = Undefined, **options: Unpack[HeaderOptions]) -> None:
        self.convert_underscores = options.pop("convert_underscores", True)
        _Marker.__init__(self, default, dict(options), FieldOptions)


class Cookie(Param):
    """A value from the `Cookie` header (RFC 6265)."""

    in_ = ParamTypes.cookie


class Body(_Marker):
    """A value from the body."""

    embed: bool | None
    media_type: str
    _media_type: ClassVar[str] = "application/json"

    @publish_options(BodyOptions, FIELD_DEFAULTS | {"media_type": "application/json"})
    def __init__(self, default: Any = Undefined, **options: Unpack[BodyOptions]) -> None:
        self.embed = options.pop("embed", None)
        self.media_type = options.pop("media_type", self._media_type)
        super().__init__(default, dict(options), FieldOptions)


class Form(Body):
    """A field of an HTML form."""

    _media_type = "application/x-www-form-urlencoded"

    @publish_options(FormOptions, FIELD_DEFAULTS | {"media_type": _media_type})
    def __init__(self, default: Any = Undefined, **options: Unpack[FormOptions]) -> None:
        super().__init__(default, **options)


class File(Form):
    """An uploaded file (RFC 7578)."""

    _media_type = "multipart/form-data"

    @publish_options(FormOptions, FIELD_DEFAULTS | {"media_type": _media_type})
    def __init__(self, default: Any = Undefined, **options: Unpack[FormOptions]) -> None:
        super().__init__(default, **options)


def _warn(message: str) -> None:
    """Warn whoever wrote the marker, however many calls of this room lie in between."""
    frame, level = sys._getframe(), 1
    while frame.f_back is not None and frame.f_globals["__package__"] == __package__:
        frame, level = frame.f_back, level + 1
    warnings.warn(message, category=TalarianDeprecationWarning, stacklevel=level)
