"""Values that pydantic models have and BSON has not, and back."""

import datetime
from collections.abc import Callable
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from typing import Any

from bson.binary import UuidRepresentation
from bson.codec_options import CodecOptions, TypeDecoder, TypeRegistry
from bson.decimal128 import Decimal128


class _Decimals(TypeDecoder):
    @property
    def bson_type(self) -> Any:
        return Decimal128

    def transform_bson(self, value: Any) -> Decimal:
        found: Decimal = value.to_decimal()
        return found


_WRITTEN: dict[type, Callable[[Any], Any]] = {
    Decimal: Decimal128,
    Enum: lambda member: member.value,
    # In a form that sorts, and that pydantic reads back.
    datetime.date: lambda day: datetime.datetime.combine(day, datetime.time(), datetime.UTC),
    datetime.time: lambda time: time.isoformat(),
    datetime.timedelta: lambda span: span.total_seconds(),
    set: list,
    frozenset: list,
    PurePath: str,
}


def _write(value: Any) -> Any:
    for kind in type(value).__mro__:
        if kind in _WRITTEN:
            return _WRITTEN[kind](value)
    # pydantic's URLs and addresses have no common class but are texts.
    if type(value).__module__.startswith(("pydantic.networks", "pydantic_core", "ipaddress")):
        return str(value)
    return value  # which BSON then refuses, with the type in its message


CODEC: CodecOptions[dict[str, Any]] = CodecOptions(
    tz_aware=True,
    uuid_representation=UuidRepresentation.STANDARD,
    type_registry=TypeRegistry([_Decimals()], fallback_encoder=_write),
)
