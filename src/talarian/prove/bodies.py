"""Bodies for one operation: good, at the border, broken."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any, Final

from talarian.prove import drafts
from talarian.prove.drafts import Body, Part
from talarian.prove.values import TEXTS, WRONG, Schema, Values

Case = tuple[int, str, Body | None]
"""How early a budget should leave it out (0: never), what it tries, and the body."""

MEDIA_TYPES: Final = (
    "application/json; charset=utf-8",
    "application/vnd.api+json",
    "text/plain",
    "application/xml",
    drafts.FORM,
    "nonsense",
    None,
)

DEEP: Final = 600
"""Levels of nesting: more than a program needs, fewer than Python's own parser gives up at."""


def cases(content: Mapping[str, Any], values: Values) -> Iterator[Case]:
    """All bodies for what an operation's ``requestBody.content`` offers."""
    yield 1, "no body", None
    for media_type, described in content.items():
        schema = described.get("schema", {})
        if media_type in (drafts.FORM, drafts.MULTIPART):
            yield from _forms(media_type, schema, values)
        elif media_type == drafts.JSON or media_type.endswith("+json"):
            yield from _documents(media_type, schema, values)
        else:
            for note, data in (("bytes", b"\x00\xff hello"), ("text", b"hello"), ("nothing", b"")):
                yield 0, f"body: {note}", Body(data, media_type)
            yield 1, "body: another media type", Body(b"hello", "application/x-other")


def good(content: Mapping[str, Any], values: Values, *, full: bool) -> Body | None:
    """A body that should be accepted, None where an operation describes none."""
    for media_type, described in content.items():
        schema = described.get("schema", {})
        if media_type in (drafts.FORM, drafts.MULTIPART):
            parts = _parts(values.good(schema, full=full), schema, values)
            return _encoded(media_type, parts)
        if media_type == drafts.JSON or media_type.endswith("+json"):
            return drafts.as_json(values.good(schema, full=full), media_type)
        return Body(b"hello", media_type)
    return None


def surprise(content: Mapping[str, Any], values: Values) -> Body | None:
    """A body of another shape that should be accepted too."""
    for media_type, described in content.items():
        schema = described.get("schema", {})
        drawn = values.surprise(schema)
        if media_type in (drafts.FORM, drafts.MULTIPART):
            return _encoded(media_type, _parts(drawn, schema, values))
        return drafts.as_json(drawn, media_type)
    return None


def _documents(media_type: str, schema: Schema, values: Values) -> Iterator[Case]:
    whole = values.good(schema)
    as_json = drafts.as_json
    for other in MEDIA_TYPES:
        yield 1, f"body: content-type {other}", as_json(whole, other)
    yield from _broken(media_type, as_json(whole, media_type).content)
    for note, value in WRONG:
        yield 2, f"body: {note}", as_json(value, media_type)
    for note, value in values.borders(schema):
        yield 1, f"body: {note}", as_json(value, media_type)
    for path, part in _members(schema, whole, values):
        where = "body." + ".".join(map(str, path))
        yield 1, f"{where}: missing", as_json(_without(whole, path), media_type)
        for note, value in values.borders(part):
            yield 1, f"{where}: {note}", as_json(_with(whole, path, value), media_type)
        for note, value in WRONG:
            yield 2, f"{where}: {note}", as_json(_with(whole, path, value), media_type)
    if isinstance(whole, dict):
        extra = {**whole, "not_in_the_schema": 1}
        yield 1, "body: a member too many", as_json(extra, media_type)


def _broken(media_type: str, sound: bytes) -> Iterator[Case]:
    nested = b"[" * DEEP + b"]" * DEEP
    for note, content in (
        ("empty", b""),
        ("cut short", sound[:-1] or b"["),
        ("not JSON", b"not json"),
        ("single quotes", b"{'a': 1}"),
        ("a comma too many", b'{"a": 1,}'),
        ("two documents", sound + b" " + sound),
        ("with a byte order mark", b"\xef\xbb\xbf" + sound),
        ("UTF-16", sound.decode(errors="replace").encode("utf-16")),
        ("not UTF-8", b'{"a": "\xff\xfe"}'),
        ("half a surrogate pair", b'{"a": "\\ud800"}'),
        ("a name twice", b'{"a": 1, "a": 2}'),
        ("spaces around", b" \n" + sound + b"\n "),
        ("deeply nested", nested),
    ):
        yield 1, f"body: {note}", Body(content, media_type)


def _members(schema: Schema, value: Any, values: Values) -> Iterator[tuple[list[Any], Schema]]:
    """The members of ``value``, three levels deep, with the schema of each."""
    pending: list[tuple[list[Any], Any, Any]] = [([], schema, value)]
    while pending:
        path, raw, held = pending.pop(0)
        found = values.resolve(raw)
        for alternative in found.get("anyOf") or found.get("oneOf") or ():
            resolved = values.resolve(alternative)
            if "properties" in resolved or "items" in resolved:
                found = resolved
                break
        below: list[tuple[list[Any], Any, Any]] = []
        if isinstance(held, dict):
            described = found.get("properties", {})
            below = [([*path, name], described.get(name, {}), held[name]) for name in held]
        elif isinstance(held, list) and held:
            below = [([*path, 0], found.get("items", {}), held[0])]
        for member in below:
            yield member[0], member[1]
        if len(path) < 2:
            pending += below


def _with(whole: Any, path: list[Any], value: Any) -> Any:
    changed = copy.deepcopy(whole)
    holder = changed
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    return changed


def _without(whole: Any, path: list[Any]) -> Any:
    changed = copy.deepcopy(whole)
    holder = changed
    for step in path[:-1]:
        holder = holder[step]
    del holder[path[-1]]
    return changed


def _forms(media_type: str, schema: Schema, values: Values) -> Iterator[Case]:
    whole = values.good(schema)
    parts = _parts(whole if isinstance(whole, dict) else {}, schema, values)
    other = drafts.MULTIPART if media_type == drafts.FORM else drafts.FORM
    yield 1, "form: the other encoding", _encoded(other, parts)
    yield 1, "form: JSON instead", drafts.as_json(whole)
    yield 1, "form: empty", Body(b"", _encoded(media_type, []).media_type)
    more: Part = ("not_in_the_schema", None, b"1")
    yield 1, "form: a field too many", _encoded(media_type, [*parts, more])
    for position, (name, filename, content) in enumerate(parts):
        others = parts[:position] + parts[position + 1 :]
        yield 1, f"form.{name}: missing", _encoded(media_type, others)
        twice = [*parts, (name, filename, content)]
        yield 1, f"form.{name}: twice", _encoded(media_type, twice)
        for note, changed in _part_cases(name, filename, schema, values):
            level = 1 if filename is not None else 2
            yield level, f"form.{name}: {note}", _encoded(media_type, [*others, changed])
    if media_type == drafts.MULTIPART:
        yield from _broken_multipart(_encoded(media_type, parts))


def _part_cases(
    name: str, filename: str | None, schema: Schema, values: Values
) -> Iterator[tuple[str, Part]]:
    if filename is not None:
        yield "a field instead of a file", (name, None, b"hello")
        yield "an empty file", (name, "empty.txt", b"")
        yield "no file name", (name, "", b"hello")
        yield "a file name in unicode", (name, "naïve ☃.txt", b"hello")
        yield "a path as file name", (name, "../../a.txt", b"hello")
        yield "bytes", (name, "a.bin", bytes(range(256)))
        return
    part = values.resolve(schema).get("properties", {}).get(name, {})
    for note, value in (*values.borders(part), *TEXTS):
        yield note, (name, None, drafts.text(value).encode())
    yield "a file instead of a field", (name, "a.txt", b"hello")


def _broken_multipart(sound: Body) -> Iterator[Case]:
    yield 1, "form: no boundary", Body(sound.content, drafts.MULTIPART)
    yield 1, "form: another boundary", Body(sound.content, f"{drafts.MULTIPART}; boundary=other")
    yield 1, "form: cut short", Body(sound.content[:-30], sound.media_type)
    yield 1, "form: nothing but noise", Body(b"noise", sound.media_type)


def _parts(whole: Any, schema: Schema, values: Values) -> list[Part]:
    described = values.resolve(schema).get("properties", {})
    parts: list[Part] = []
    for name, value in (whole if isinstance(whole, dict) else {}).items():
        part = values.resolve(described.get(name, {}))
        filename = f"{name}.txt" if _is_file(part, values) else None
        for one in value if isinstance(value, list) else [value]:
            parts.append((name, filename, drafts.text(one).encode()))
    return parts


def _is_file(schema: Schema, values: Values) -> bool:
    nested = [schema.get("items", {}), *schema.get("anyOf", ())]
    for one in (schema, *map(values.resolve, nested)):
        if one.get("format") == "binary" or "contentMediaType" in one:
            return True
    return False


def _encoded(media_type: str, parts: list[Part]) -> Body:
    return drafts.as_form(parts) if media_type == drafts.FORM else drafts.as_multipart(parts)
