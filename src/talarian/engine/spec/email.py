"""`EmailStr` that also works where the optional email-validator package is missing."""

import logging
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pydantic
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

logger = logging.getLogger(__name__)


class UncheckedEmail(str):
    """Any value, turned into a string: an application must start without email-validator."""

    @classmethod
    def _accept(cls, value: Any) -> str:
        logger.warning(
            "An email address is not checked because email-validator is not installed. "
            "Install it with: pip install email-validator"
        )
        return str(value)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(cls._accept)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"type": "string", "format": "email"}


if TYPE_CHECKING:
    from pydantic import EmailStr as EmailStr
else:
    EmailStr = pydantic.EmailStr if find_spec("email_validator") else UncheckedEmail
