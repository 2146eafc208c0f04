"""`ModelField`: an engine's field under FastAPI's names."""

from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import ConfigDict, TypeAdapter
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from ..engine.analyse.models import request_field
from ..engine.declare import params
from ..engine.fields.field import ErrorList, Field, Loc, Mode


class ModelField:
    """A view of a `Field`: what is changed through it is changed in the field.

    Two views of one field are equal.
    """

    __slots__ = ("_field",)

    def __init__(
        self,
        field_info: FieldInfo,
        name: str,
        mode: Mode = "validation",
        config: ConfigDict | None = None,
    ) -> None:
        if isinstance(field_info, params.Param | params.Body) and config is None:
            self._field = request_field(field_info, name)
            self._field.mode = mode
        else:
            self._field = Field(field_info, name, mode, config)

    @classmethod
    def of(cls, field: Field) -> "ModelField":
        """Return a view of a field that is there already."""
        view = object.__new__(cls)
        view._field = field
        return view

    @property
    def field_info(self) -> FieldInfo:
        return self._field.info

    @field_info.setter
    def field_info(self, info: FieldInfo) -> None:
        self._field.info = info

    @property
    def name(self) -> str:
        return self._field.name

    @name.setter
    def name(self, name: str) -> None:
        self._field.name = name

    @property
    def mode(self) -> Mode:
        return self._field.mode

    @mode.setter
    def mode(self, mode: Mode) -> None:
        self._field.mode = mode

    @property
    def config(self) -> ConfigDict | None:
        return self._field.config

    @property
    def alias(self) -> str:
        return self._field.alias

    @property
    def validation_alias(self) -> str | None:
        return self._field.validation_alias

    @property
    def serialization_alias(self) -> str | None:
        return self.field_info.serialization_alias or None

    @property
    def required(self) -> bool:
        return self._field.required

    @property
    def type_(self) -> Any:
        return self._field.annotation

    @property
    def default(self) -> Any:
        return self.get_default()

    @property
    def _type_adapter(self) -> TypeAdapter[Any]:
        return self._field.rules.adapter

    def get_default(self) -> Any:
        """A fresh default, or pydantic's `Undefined` when there is none."""
        return PydanticUndefined if self.required else self._field.default()

    def validate(
        self,
        value: Any,
        values: dict[str, Any] | None = None,  # pydantic v1 had the other fields here
        *,
        loc: Loc = (),
    ) -> tuple[Any, ErrorList]:
        """Return the validated value and no errors, or `None` and errors that start at `loc`."""
        return self._field.validate(value, loc)

    def serialize(self, value: Any, **options: Any) -> Any:
        """Turn a validated value into plain data; the options are those of `Field.serialize`."""
        return self._field.serialize(value, **options)

    def serialize_json(self, value: Any, **options: Any) -> bytes:
        """Turn a validated value into JSON; the options are those of `Field.serialize_json`."""
        return self._field.serialize_json(value, **options)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ModelField) and other._field is self._field

    def __hash__(self) -> int:
        return hash(self._field)

    def __repr__(self) -> str:
        return (
            f"ModelField(field_info={self.field_info!r}, name={self.name!r}, mode={self.mode!r},"
            f" config={self.config!r})"
        )


def model_fields(fields: Iterable[Field]) -> list[ModelField]:
    """Views of fields."""
    return [ModelField.of(field) for field in fields]


def model_field(field: Field | None) -> ModelField | None:
    """A view of a field that may be missing."""
    return None if field is None else ModelField.of(field)


def engine_fields(views: Sequence[ModelField]) -> tuple[Field, ...]:
    """The fields behind views."""
    return tuple(view._field for view in views)


def engine_field(view: ModelField | None) -> Field | None:
    """The field behind a view that may be missing."""
    return None if view is None else view._field


def create_model_field(
    name: str,
    type_: Any,
    default: Any = PydanticUndefined,
    field_info: FieldInfo | None = None,
    alias: str | None = None,
    mode: Mode = "validation",
) -> ModelField:
    """Make a field of an annotation.

    Raises:
        TalarianError: When pydantic cannot make a schema of the annotation.
    """
    info = field_info or FieldInfo(annotation=type_, default=default, alias=alias)
    return ModelField(info, name, mode)
