"""The uploaded file an endpoint receives, and how pydantic sees it."""

from collections.abc import Callable
from typing import Any, BinaryIO

from pydantic import GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema
from pydantic_core.core_schema import with_info_plain_validator_function
from starlette.datastructures import Headers, UploadFile as StarletteUploadFile


class UploadFile(StarletteUploadFile):
    """A file from a `multipart/form-data` body.

    Small files stay in memory, larger ones are spooled to disk; the async methods read and write
    them in a worker thread when they are on disk.
    See https://fastapi.tiangolo.com/tutorial/request-files/.
    """

    file: BinaryIO
    """The standard, blocking file object."""
    filename: str | None
    """The name the client gave: never use it as a path."""
    size: int | None
    """In bytes."""
    headers: Headers
    """The headers of this part of the form, not of the request."""

    async def write(self, data: bytes) -> None:
        """Write `data` at the current position."""
        await super().write(data)

    async def read(self, size: int = -1) -> bytes:
        """Read up to `size` bytes, all that is left if negative."""
        return await super().read(size)

    async def seek(self, offset: int) -> None:
        """Move to `offset` bytes from the start; the next read or write begins there."""
        await super().seek(offset)

    async def close(self) -> None:
        """Close the file. Done for you after the request."""
        await super().close()

    @classmethod
    def _validate(cls, value: Any, _: Any) -> StarletteUploadFile:
        # The form parser makes Starlette's class, and both have one interface: either will do.
        if not isinstance(value, StarletteUploadFile):
            raise ValueError(f"Expected UploadFile, received: {type(value)}")
        return value

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: type[Any], handler: Callable[[Any], CoreSchema]
    ) -> CoreSchema:
        return with_info_plain_validator_function(cls._validate)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        # OpenAPI 3.1 describes binary content as JSON Schema's media type, not as a "format".
        return {"type": "string", "contentMediaType": "application/octet-stream"}
