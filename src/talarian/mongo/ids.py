"""ObjectIds in paths, queries, bodies and documents."""

from typing import Annotated, Any

from bson import ObjectId
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

PATTERN = "^[0-9a-fA-F]{24}$"


class _ObjectIdSchema:
    """How pydantic reads and writes an ObjectId: 24 hexadecimal digits, outside of the database."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        written = core_schema.no_info_after_validator_function(_read, core_schema.str_schema())
        return core_schema.json_or_python_schema(
            json_schema=written,
            python_schema=core_schema.union_schema(
                [core_schema.is_instance_schema(ObjectId), written],
                custom_error_type="object_id",
                custom_error_message=_MESSAGE,
            ),
            serialization=core_schema.to_string_ser_schema(when_used="json"),
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"type": "string", "pattern": PATTERN, "examples": ["6650c3f2a1b2c3d4e5f60718"]}


_MESSAGE = "Input should be an ObjectId: 24 hexadecimal digits"


def _read(text: str) -> ObjectId:
    if len(text) != 24 or not ObjectId.is_valid(text):
        raise PydanticCustomError("object_id", _MESSAGE)
    return ObjectId(text)


PyObjectId = Annotated[ObjectId, _ObjectIdSchema]
"""An ObjectId: in a path, a query, a body or a document. Anything else there is a 422."""
