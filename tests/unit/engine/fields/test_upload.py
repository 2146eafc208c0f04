from io import BytesIO

import anyio
import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError
from starlette.datastructures import Headers, UploadFile as StarletteUploadFile

from talarian.engine.fields.upload import UploadFile

ADAPTER: TypeAdapter[StarletteUploadFile] = TypeAdapter(UploadFile)


@pytest.mark.parametrize("kind", [UploadFile, StarletteUploadFile])
def test_any_upload_is_accepted_as_it_is(kind: type[StarletteUploadFile]) -> None:
    upload = kind(BytesIO(b"data"))
    assert ADAPTER.validate_python(upload) is upload


@pytest.mark.parametrize("value", ["text", b"bytes", None, 1])
def test_anything_else_is_refused(value: object) -> None:
    with pytest.raises(ValidationError) as caught:
        ADAPTER.validate_python(value)
    (error,) = caught.value.errors()
    assert error["type"] == "value_error"
    assert error["msg"] == f"Value error, Expected UploadFile, received: {type(value)}"


def test_json_schema_is_binary_content() -> None:
    class Form(BaseModel):
        file: UploadFile
        files: list[UploadFile] = []

    binary = {"type": "string", "contentMediaType": "application/octet-stream"}
    properties = Form.model_json_schema()["properties"]
    assert properties["file"] == {**binary, "title": "File"}
    assert properties["files"]["items"] == binary


def test_reading_and_writing() -> None:
    async def use() -> None:
        headers = Headers({"content-type": "text/plain"})
        upload = UploadFile(BytesIO(b"data"), size=4, filename="a.txt", headers=headers)
        assert (upload.filename, upload.content_type) == ("a.txt", "text/plain")
        assert await upload.read(2) == b"da"
        assert await upload.read() == b"ta"
        await upload.write(b" more")
        assert upload.size == 9
        await upload.seek(0)
        assert await upload.read() == b"data more"
        await upload.close()
        assert upload.file.closed

    anyio.run(use)
