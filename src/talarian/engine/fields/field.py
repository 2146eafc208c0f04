"""One declared value: its name, its pydantic rules, and the only way to run them."""

from collections.abc import Sequence
from copy import deepcopy
from typing import Any, Literal

from pydantic import ConfigDict, ValidationError
from pydantic.fields import FieldInfo
from pydantic.main import IncEx
from pydantic_core import CoreSchema

from .rules import rules_for
from .shapes import members
from .wire import WireModel, string_aliases, wants_sequence

Loc = tuple[int | str, ...]
Mode = Literal["validation", "serialization"]
ErrorList = list[dict[str, Any]]


class Field:
    """A named pydantic field that validates what comes in or serialises what goes out.

    Two fields are equal only if they are the same object: each is one place in one declaration.

    Args:
        info: The annotation, the default and the rules.
        name: The name of the parameter.
        mode: Which of the two it does.
        config: Pydantic's settings for an annotation that is not a model.
        models: The models whose fields are values of their own in the request, in place of this
            one; more than one for a union.
        validated_as: The annotation to validate with, if it is not exactly the declared one.

    Raises:
        TalarianError: When pydantic cannot make a schema of the annotation.
    """

    __slots__ = (
        "config",
        "info",
        "mode",
        "models",
        "name",
        "names",
        "required",
        "rules",
        "sequence",
    )

    def __init__(
        self,
        info: FieldInfo,
        name: str,
        mode: Mode = "validation",
        config: ConfigDict | None = None,
        *,
        models: Sequence[WireModel] = (),
        validated_as: Any = None,
    ) -> None:
        self.info = info
        self.name = name
        self.mode: Mode = mode
        self.config = config
        self.models = tuple(models)
        self.names = string_aliases(info, name)
        """The names by which the value may come, in the order in which they are tried."""
        self.sequence = wants_sequence(info)
        """All the values of a repeated name are wanted, not only one."""
        self.required = info.is_required()
        self.rules = rules_for(info, config, validated_as)
        """What pydantic makes of the annotation; fields may share it."""

    def __repr__(self) -> str:
        return f"Field({self.name!r}, {self.info!r})"

    @property
    def annotation(self) -> Any:
        return self.info.annotation

    @property
    def alias(self) -> str:
        """The name on the wire, unless a validation alias says otherwise."""
        return self.info.alias if self.info.alias is not None else self.name

    @property
    def validation_alias(self) -> str | None:
        alias = self.info.validation_alias
        return alias if isinstance(alias, str) else None

    @property
    def nullable(self) -> bool:
        """Whether `None` is one of the alternatives."""
        return any(member in (None, type(None)) for member in members(self.annotation))

    @property
    def core_schema(self) -> CoreSchema:
        return self.rules.core_schema

    @property
    def validator(self) -> Any:
        """pydantic-core's `SchemaValidator`, or what stands for it."""
        return self.rules.validator

    @property
    def serializer(self) -> Any:
        """pydantic-core's `SchemaSerializer`, or what stands for it."""
        return self.rules.serializer

    def default(self) -> Any:
        """A fresh default, so that one request cannot change the next one's."""
        info = self.info
        if info.default_factory is not None:
            return info.get_default(call_default_factory=True, validated_data={})
        return deepcopy(info.default)

    def validate(self, value: Any, loc: Loc) -> tuple[Any, ErrorList]:
        """Return the validated value and no errors, or `None` and errors that start at `loc`."""
        try:
            return self.validator.validate_python(value, from_attributes=True), []
        except ValidationError as error:
            return None, located(error.errors(include_url=False), loc)

    def serialize(
        self,
        value: Any,
        *,
        mode: Literal["json", "python"] = "json",
        include: IncEx | None = None,
        exclude: IncEx | None = None,
        by_alias: bool = True,
        exclude_unset: bool = False,
        exclude_defaults: bool = False,
        exclude_none: bool = False,
    ) -> Any:
        """Turn a validated value into plain data."""
        return self.serializer.to_python(
            value,
            mode=mode,
            include=include,
            exclude=exclude,
            by_alias=by_alias,
            exclude_unset=exclude_unset,
            exclude_defaults=exclude_defaults,
            exclude_none=exclude_none,
        )

    def serialize_json(
        self,
        value: Any,
        *,
        include: IncEx | None = None,
        exclude: IncEx | None = None,
        by_alias: bool = True,
        exclude_unset: bool = False,
        exclude_defaults: bool = False,
        exclude_none: bool = False,
    ) -> bytes:
        """Turn a validated value straight into JSON bytes."""
        json: bytes = self.serializer.to_json(
            value,
            include=include,
            exclude=exclude,
            by_alias=by_alias,
            exclude_unset=exclude_unset,
            exclude_defaults=exclude_defaults,
            exclude_none=exclude_none,
        )
        return json


def located(errors: Sequence[Any], prefix: Loc) -> ErrorList:
    """Put `prefix` before the location of each pydantic error."""
    return [{**error, "loc": (*prefix, *error["loc"])} for error in errors]


def missing(loc: Loc) -> dict[str, Any]:
    """The error of a required value that is not there, in pydantic's own words."""
    return {"type": "missing", "loc": loc, "msg": "Field required", "input": None}


def create_field(
    name: str,
    annotation: Any,
    info: FieldInfo | None = None,
    mode: Mode = "validation",
    alias: str | None = None,
) -> Field:
    """Make a field of an annotation that needs no place in the request, such as a response."""
    info = info or FieldInfo(annotation=annotation, alias=alias)
    return Field(info, name, mode)
