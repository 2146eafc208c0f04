"""`jsonable_encoder`: any object to plain data that `json.dumps` takes.

This is for values whose type nobody declared. Where there is a response model, pydantic writes
the JSON itself, faster and by the model's own rules.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, is_dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from importlib import import_module
from ipaddress import (
    IPv4Address,
    IPv4Interface,
    IPv4Network,
    IPv6Address,
    IPv6Interface,
    IPv6Network,
)
from pathlib import Path, PurePath
from re import Pattern
from types import GeneratorType
from typing import Any
from uuid import UUID

from pydantic import AnyUrl, BaseModel, NameEmail, SecretBytes, SecretStr
from pydantic.main import IncEx
from pydantic_core import PydanticUndefined, Url

from ..ground.errors import PydanticV1NotSupportedError
from .legacy import is_v1_model

Encoder = Callable[[Any], Any]

_PLAIN_TYPES = frozenset({str, int, float, bool, type(None)})


def isoformat(value: date | time) -> str:
    return value.isoformat()


def decimal_encoder(dec_value: Decimal) -> int | float:
    """A whole number as an `int`, which loses no digits; anything else as a `float`.

    `Decimal("1.0")` has a fraction, though it is zero, and becomes the float `1.0`.
    """
    exponent = dec_value.as_tuple().exponent
    if isinstance(exponent, int) and exponent >= 0:
        return int(dec_value)
    return float(dec_value)


def _color_types() -> list[type]:
    """The colour classes that are installed: pydantic's own is deprecated, the other an extra."""
    found: list[type] = []
    for name in ("pydantic.color", "pydantic_extra_types.color"):
        try:
            found.append(import_module(name).Color)
        except ImportError:
            continue
    return found


ENCODERS_BY_TYPE: dict[type[Any], Encoder] = {
    bytes: lambda value: value.decode(),
    **dict.fromkeys(_color_types(), str),
    date: isoformat,
    datetime: isoformat,
    time: isoformat,
    timedelta: lambda value: value.total_seconds(),
    Decimal: decimal_encoder,
    Enum: lambda value: value.value,
    frozenset: list,
    deque: list,
    GeneratorType: list,
    IPv4Address: str,
    IPv4Interface: str,
    IPv4Network: str,
    IPv6Address: str,
    IPv6Interface: str,
    IPv6Network: str,
    NameEmail: str,
    Path: str,
    Pattern: lambda value: value.pattern,
    SecretBytes: str,
    SecretStr: str,
    set: list,
    UUID: str,
    Url: str,
    AnyUrl: str,
}
"""How a type without a rule of its own is written. Applications may add their types."""


def generate_encoders_by_class_tuples(
    type_encoder_map: dict[Any, Encoder],
) -> dict[Encoder, tuple[Any, ...]]:
    """Turn the map around, for one `isinstance` per encoder instead of one per type."""
    classes: dict[Encoder, tuple[Any, ...]] = defaultdict(tuple)
    for type_, encoder in type_encoder_map.items():
        classes[encoder] += (type_,)
    return classes


encoders_by_class_tuples = generate_encoders_by_class_tuples(ENCODERS_BY_TYPE)


def jsonable_encoder(
    obj: Any,
    include: IncEx | None = None,
    exclude: IncEx | None = None,
    by_alias: bool = True,
    exclude_unset: bool = False,
    exclude_defaults: bool = False,
    exclude_none: bool = False,
    custom_encoder: dict[Any, Encoder] | None = None,
    sqlalchemy_safe: bool = True,
) -> Any:
    """Convert `obj` to dictionaries, lists, strings, numbers, booleans and `None`.

    `include` and `exclude` select fields of `obj`, or of each item if it is a sequence, and go to
    pydantic for models, as do `by_alias` and `exclude_*`. `exclude_none` also drops dictionary
    entries. `custom_encoder` maps types to functions whose results are taken as they are, before
    any other rule. `sqlalchemy_safe` drops the entries SQLAlchemy adds (names that begin with
    `_sa`).

    Raises `ValueError` for an object that is no mapping and has no attributes, and
    `PydanticV1NotSupportedError` for a pydantic v1 model.
    See https://fastapi.tiangolo.com/tutorial/encoder/.
    """
    rules = _Rules(
        by_alias=by_alias,
        exclude_unset=exclude_unset,
        exclude_defaults=exclude_defaults,
        exclude_none=exclude_none,
        custom_encoder=custom_encoder or {},
        sqlalchemy_safe=sqlalchemy_safe,
    )
    # Models refuse lists, which are convenient here and always worked for dictionaries.
    return rules.encode(obj, _as_selection(include), _as_selection(exclude))


def _as_selection(fields: Any) -> IncEx | None:
    return fields if fields is None or isinstance(fields, set | Mapping) else set(fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rules:
    """What holds for a whole call; `include` and `exclude` change on the way down."""

    by_alias: bool
    exclude_unset: bool
    exclude_defaults: bool
    exclude_none: bool
    custom_encoder: dict[Any, Encoder]
    sqlalchemy_safe: bool

    def encode(self, obj: Any, include: Any = None, exclude: Any = None) -> Any:
        if self.custom_encoder and (custom := self._custom_encoder_for(obj)):
            return custom(obj)
        # Nearly all data is of these exact types, which no rule before their own can fit.
        kind = type(obj)
        if kind in _PLAIN_TYPES:
            return obj
        # Loops, not comprehensions: a client may nest deeply, and each level costs one frame.
        if kind is dict:
            entries: dict[Any, Any] = {}
            for key, value in self._wanted(obj, include, exclude):
                entries[self.encode(key)] = self.encode(value)
            return entries
        if kind is list:
            items: list[Any] = []
            for item in obj:
                items.append(self.encode(item, include, exclude))
            return items
        return self._encode_object(obj, include, exclude)

    def _encode_object(self, obj: Any, include: Any, exclude: Any) -> Any:
        """The first rule that fits wins; custom encoders came before.

        1. pydantic models and dataclasses, field by field
        2. enums by their value; paths; strings and numbers as they are; "undefined" as `None`
        3. dictionaries, entry by entry; sequences, item by item
        4. an encoder of `ENCODERS_BY_TYPE`, of the exact type before those of its bases
        5. whatever `dict()` or, failing that, `vars()` makes of it
        """
        if isinstance(obj, BaseModel):
            return self._encode_model(obj, include, exclude)
        if is_v1_model(obj):
            raise PydanticV1NotSupportedError(
                f"pydantic.v1 models are not supported. Please update the model {obj!r}."
            )
        if is_dataclass(obj) and not isinstance(obj, type):
            return self.encode(asdict(obj), include, exclude)
        if isinstance(obj, Enum):
            return obj.value
        if isinstance(obj, PurePath):
            return str(obj)
        if isinstance(obj, str | int | float):
            return obj
        if obj is PydanticUndefined:
            return None
        if isinstance(obj, dict):
            return self.encode(dict(obj.items()), include, exclude)
        if isinstance(obj, list | set | frozenset | GeneratorType | tuple | deque):
            return [self.encode(item, include, exclude) for item in obj]
        if encoder := _encoder_for(obj):
            return encoder(obj)
        return self.encode(_as_dict(obj), include, exclude)

    def _custom_encoder_for(self, obj: Any) -> Encoder | None:
        if exact := self.custom_encoder.get(type(obj)):
            return exact
        for type_, encoder in self.custom_encoder.items():
            if isinstance(obj, type_):
                return encoder
        return None

    def _encode_model(self, model: BaseModel, include: Any, exclude: Any) -> Any:
        data = model.model_dump(
            mode="json",
            include=include,
            exclude=exclude,
            by_alias=self.by_alias,
            exclude_unset=self.exclude_unset,
            exclude_none=self.exclude_none,
            exclude_defaults=self.exclude_defaults,
        )
        # A model's own serialisers may leave entries these rules drop. Custom encoders are not for
        # its fields: they would see the JSON that pydantic made, not the values.
        return replace(self, custom_encoder={}).encode(data)

    def _wanted(self, obj: dict[Any, Any], include: Any, exclude: Any) -> Iterator[tuple[Any, Any]]:
        for key, value in obj.items():
            if (
                (include is None or key in include)
                and (exclude is None or key not in exclude)
                and not (value is None and self.exclude_none)
                and not (self.sqlalchemy_safe and isinstance(key, str) and key.startswith("_sa"))
            ):
                yield key, value


def _encoder_for(obj: Any) -> Encoder | None:
    if exact := ENCODERS_BY_TYPE.get(type(obj)):
        return exact
    for encoder, classes in encoders_by_class_tuples.items():
        if isinstance(obj, classes):
            return encoder
    return None


def _as_dict(obj: Any) -> dict[Any, Any]:
    try:
        return dict(obj)
    except Exception as not_a_mapping:
        try:
            attributes: dict[Any, Any] = vars(obj)
            return attributes
        except Exception as no_attributes:
            raise ValueError([not_a_mapping, no_attributes]) from no_attributes
