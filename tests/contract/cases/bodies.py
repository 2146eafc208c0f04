"""Bodies that people and machines get wrong."""

import codecs
from typing import Annotated, Any

from pydantic import BaseModel

from talarian.fastapi import Body, FastAPI, File, Form, UploadFile
from tests.contract.client import JSON, Answer, request


class Item(BaseModel):
    a: int = 1


app = FastAPI()
lenient = FastAPI(strict_content_type=False)


@app.post("/model")
@lenient.post("/model")
async def model(item: Item) -> Any:
    return item


@app.post("/dict")
async def dictionary(value: dict[str, Any]) -> Any:
    return value


@app.post("/bytes")
async def raw(value: Annotated[bytes, Body()]) -> Any:
    return value


@app.post("/optional")
async def optional(item: Item | None = None) -> Any:
    return item


@app.post("/two")
async def two(item: Item, x: Annotated[int, Body()]) -> Any:
    return [item, x]


@app.post("/embedded")
async def embedded(item: Annotated[Item, Body(embed=True)]) -> Any:
    return item


@app.post("/number")
async def number(x: Annotated[int, Body()] = 5) -> Any:
    return x


@app.post("/any")
async def anything(value: Any = Body(None)) -> Any:
    return value


@app.post("/form")
async def form(x: Annotated[int, Form()], y: Annotated[list[str], Form()] = []) -> Any:  # noqa: B006
    return [x, y]


@app.post("/file")
async def file(upload: UploadFile, note: Annotated[str, Form()] = "none") -> Any:
    return [upload.filename, upload.content_type, (await upload.read()).decode(), note]


@app.post("/files")
async def files(contents: Annotated[list[bytes], File()]) -> Any:
    return contents


async def post(
    path: str, *bodies: bytes, content_type: str | None = "application/json", on: Any = app
) -> list[Answer]:
    headers = {} if content_type is None else {"content-type": content_type}
    return [await request(on, "POST", path, headers=headers, body=body) for body in bodies]


async def case_json_that_is_none() -> Any:
    broken = (b"", b" ", b"{", b'{"a":', b'{"a":1}}', b"{'a':1}", b"nul", b"[1,]", b"\x00", b'"')
    return await post("/model", *broken)


async def case_json_of_another_shape() -> Any:
    bodies = (b"null", b"0", b'"x"', b"[]", b"{}", b'{"a":null}', b'{"a":"2"}', b'{"b":1}', b"true")
    return [
        await post(path, *bodies)
        for path in ("/model", "/optional", "/two", "/embedded", "/number", "/dict", "/any")
    ]


async def case_encodings() -> Any:
    text = '{"a": 7}'
    bodies = [
        codecs.BOM_UTF8 + text.encode(),
        text.encode("utf-16"),
        text.encode("utf-16-le"),
        text.encode("utf-16-be"),
        text.encode("utf-32"),
        b'{"a": "\xff\xfe"}',
        b"\xff\xfe",
        b"\xc3",
        b'{"\xed\xa0\x80": 1}',
    ]
    return [await post("/dict", *bodies), await post("/model", *bodies)]


async def case_surrogate_pairs() -> Any:
    # One half of a pair, refused, is left out: our 422 can say so on purpose.
    return await post("/dict", rb'{"a": "\ud800"}', rb'{"\ud800": 1}', rb'{"a": "\ud83d\ude00"}')


async def case_numbers_too_large() -> Any:
    bodies = [
        b'{"a": 1e400}',
        b'{"a": -1e400}',
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": 1.0}',
        b'{"a": 1.5}',
        b'{"a": 9223372036854775808}',
        b'{"a": ' + b"9" * 4000 + b"}",
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"a": 1e2}',
        b'{"a": -0}',
    ]
    told = await post("/dict", *bodies)
    # NaN and the infinities for an `int` are left out: there we answer 422 on purpose.
    return [told, await post("/model", *bodies[4:])]


async def case_deep_nesting() -> Any:
    deep = [b"[" * depth + b"]" * depth for depth in (10, 200, 100_000)]
    objects = [b'{"a":' * depth + b"1" + b"}" * depth for depth in (10, 200, 100_000)]
    told = [*await post("/dict", *deep, *objects), *await post("/model", *deep[2:], *objects[2:])]
    return [(answer.get("status"), answer.get("body", "")[:300]) for answer in told]


async def case_duplicate_keys() -> Any:
    return await post("/model", b'{"a":1,"a":2}', b'{"a":"x","a":2}', b'{"a":2,"a":"x"}')


async def case_media_types() -> Any:
    types = [
        None,
        "",
        "text/plain",
        "application/vnd.api+json",
        "application/json; charset=utf-16",
        "APPLICATION/JSON",
        "application/jsonx",
        "text/json",
        "application/geo+json; x=y",
        "json",
        "application/json, text/plain",
        "application/x-www-form-urlencoded",
        "*/*",
    ]
    return [
        [
            await post(path, b'{"a":3}', content_type=media_type)
            for path in ("/model", "/dict", "/bytes", "/any")
        ]
        for media_type in types
    ]


async def case_lenient_media_types() -> Any:
    return [
        await post("/model", b'{"a":3}', content_type=media_type, on=lenient)
        for media_type in (None, "", "text/plain", "application/json")
    ]


async def case_no_body_at_all() -> Any:
    paths = ("/model", "/optional", "/two", "/embedded", "/number", "/any", "/bytes", "/form")
    return [await post(path, b"", content_type=None) for path in paths]


async def case_bytes() -> Any:
    told = await post("/bytes", b"abc", content_type="text/plain")
    return [*told, *await post("/bytes", b'"abc"', b"abc", b"\xff")]


async def case_in_chunks() -> Any:
    chunks = [b"", b"{", b'"a"', b"", b": 4", b"}", b""]
    return await request(app, "POST", "/model", headers=JSON, body=chunks)


async def case_urlencoded_forms() -> Any:
    bodies = [b"", b"x", b"x=", b"x=1", b"x=1&x=2", b"x=a", b"x=1&y=a&y=b", b"x=1&y=", b"x=%ff"]
    bodies += [b"x=+1", b"x=1&y=%00", b"&&&", b"=1", b'{"x": 1}']
    return await post("/form", *bodies, content_type="application/x-www-form-urlencoded")


async def case_forms_of_another_type() -> Any:
    return [
        await post("/form", b'{"x": 1}'),
        await post("/form", b"x=1", content_type=None),
        await post("/form", b"x=1", content_type="text/plain"),
        await post("/form", b"x", content_type="multipart/form-data"),
        await post("/form", b"--x\r\nbad", content_type="multipart/form-data; boundary=x"),
    ]


def part(name: str, content: str, *, filename: str | None = None) -> str:
    disposition = f'form-data; name="{name}"'
    if filename is not None:
        disposition += f'; filename="{filename}"\r\nContent-Type: text/plain'
    return f"--x\r\nContent-Disposition: {disposition}\r\n\r\n{content}\r\n"


async def case_files() -> Any:
    bodies = [
        "--x--\r\n",
        part("upload", "hello", filename="a.txt") + "--x--\r\n",
        part("upload", "", filename="a.txt") + "--x--\r\n",
        part("upload", "", filename="") + "--x--\r\n",
        part("upload", "not a file") + "--x--\r\n",
        part("upload", "1", filename="1") + part("upload", "2", filename="2") + "--x--\r\n",
        part("note", "n") + part("upload", "hello", filename="ü.txt") + "--x--\r\n",
        part("upload", "cut", filename="a.txt"),
    ]
    encoded = [body.encode() for body in bodies]
    multipart = "multipart/form-data; boundary=x"
    named = [body.replace(b"upload", b"contents") for body in encoded]
    return [
        await post("/file", *encoded, content_type=multipart),
        await post("/files", *named, content_type=multipart),
    ]
