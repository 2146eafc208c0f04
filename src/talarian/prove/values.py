"""Values for a JSON schema: good ones, values at its borders, and plainly wrong ones.

Everything follows from the schema and a seed, so that two runs ask the same. Regular expressions
are the one thing left to a library: hypothesis makes strings that match them.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

Schema = Mapping[str, Any]
Named = tuple[str, Any]
"""What a value tries, in words, and the value."""

DEPTH = 5
"""How deep a recursive model is filled."""

BIG: Final = 10**25

FORMATS: Final[Mapping[str, str]] = {
    "date-time": "2026-03-01T12:30:00Z",
    "date": "2026-03-01",
    "time": "12:30:00",
    "duration": "PT1H30M",
    "uuid": "3fa85f64-5717-4562-b3fc-2c963f66afa6",
    "uuid1": "a6cc5730-2261-11ee-9c43-2eb5a363657c",
    "uuid3": "002b3f4c-3b7e-3b5c-8c1e-5f5f6a2c9d10",
    "uuid4": "3fa85f64-5717-4562-b3fc-2c963f66afa6",
    "uuid5": "ad5f80da-eb28-5a29-93c4-2b2a5a2c1a11",
    "email": "ada@example.com",
    "idn-email": "ada@example.com",
    "name-email": "Ada <ada@example.com>",
    "uri": "https://example.com/a?b=c",
    "multi-host-uri": "postgres://user:pass@localhost:5432/app",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "ipv4network": "192.0.2.0/24",
    "ipv6network": "2001:db8::/32",
    "ipvanyaddress": "192.0.2.1",
    "base64": "aGVsbG8=",
    "base64url": "aGVsbG8=",
    "json-string": '{"a": 1}',
    "path": "a/b.txt",
    "regex": "^a+$",
}

# What is tried in place of any JSON value: each kind, and what people trip over.
WRONG: Final[tuple[Named, ...]] = (
    ("null", None),
    ("true", True),
    ("0", 0),
    ("-1", -1),
    ("1.0", 1.0),
    ("1.5", 1.5),
    ("a huge integer", BIG),
    ("a huge float", 1e300),
    ("NaN", float("nan")),
    ("Infinity", float("inf")),
    ("an empty string", ""),
    ("a string", "x"),
    ("a number as a string", "1"),
    ("a date as a string", "2026-03-01"),
    ("unicode", "naïve ☃ 𝄞"),
    ("a NUL", "a\x00b"),
    ("an empty list", []),
    ("a list", ["x", 1, None]),
    ("an empty object", {}),
    ("an object", {"x": 1}),
)

# The same where only text can be sent: in paths, queries, headers, cookies and forms.
TEXTS: Final[tuple[Named, ...]] = (
    ("empty", ""),
    ("a space", " "),
    ("text", "x"),
    ("0", "0"),
    ("1", "1"),
    ("-1", "-1"),
    ("1.0", "1.0"),
    ("1.5", "1.5"),
    ("1e3", "1e3"),
    ("a number with spaces", " 7 "),
    ("an underscore in a number", "1_000"),
    ("a huge number", str(BIG)),
    ("NaN", "NaN"),
    ("inf", "inf"),
    ("true", "true"),
    ("on", "on"),
    ("null", "null"),
    ("JSON", '{"a": [1]}'),
    ("a date", "2026-03-01"),
    ("a date and time", "2026-03-01T12:30:00+02:00"),
    ("unicode", "naïve ☃ 𝄞"),
    ("a percent sign", "100%"),
    ("a plus and an ampersand", "a+b&c=d"),
    ("long", "x" * 300),
)


class Values:
    """Makes values for the schemas of one OpenAPI document."""

    def __init__(self, document: Schema, seed: int = 0) -> None:
        self.document = document
        self.random = random.Random(seed)
        self._matching: dict[str, list[str]] = {}

    def resolve(self, schema: Any) -> Schema:
        """Follow ``$ref``, and merge ``allOf``. A boolean schema becomes an empty one."""
        # A reference may lead to a reference, but not for ever.
        for _ in range(20):
            if not isinstance(schema, Mapping) or "$ref" not in schema:
                break
            found: Any = self.document
            for part in str(schema["$ref"]).removeprefix("#/").split("/"):
                part = part.replace("~1", "/").replace("~0", "~")
                found = found.get(part, {}) if isinstance(found, Mapping) else {}
            schema = {**found, **{key: schema[key] for key in schema if key != "$ref"}}
        if not isinstance(schema, Mapping):
            return {}
        merged: dict[str, Any] = {}
        for part in schema.get("allOf", ()):
            merged.update(self.resolve(part))
        return {**merged, **{key: schema[key] for key in schema if key != "allOf"}}

    def good(self, schema: Any, *, full: bool = True, depth: int = 0) -> Any:
        """The plainest value that should be accepted; without ``full``, only what is required."""
        schema = self.resolve(schema)
        for known in _given(schema):
            return known
        if alternatives := schema.get("anyOf") or schema.get("oneOf"):
            return self.good(self._first(alternatives), full=full, depth=depth + 1)
        maker = self._makers().get(_kind(schema), self._string)
        return maker(schema, full, depth)

    def surprise(self, schema: Any, depth: int = 0) -> Any:
        """Another value that should be accepted, drawn at random."""
        schema, draw = self.resolve(schema), self.random
        if draw.random() < 0.3 and (known := _given(schema)):
            return draw.choice(known)
        if alternatives := schema.get("anyOf") or schema.get("oneOf"):
            return self.surprise(draw.choice(alternatives), depth + 1)
        kind = _kind(schema)
        if kind == "object" and depth < DEPTH:
            required = set(schema.get("required", ()))
            return {
                name: self.surprise(part, depth + 1)
                for name, part in schema.get("properties", {}).items()
                if name in required or draw.random() < 0.6
            }
        if kind == "array" and depth < DEPTH and "prefixItems" not in schema:
            least = schema.get("minItems", 0)
            count = draw.randint(least, max(least, min(schema.get("maxItems", 3), least + 3)))
            return [self.surprise(schema.get("items", {}), depth + 1) for _ in range(count)]
        if kind in ("integer", "number"):
            low, high = _range(schema)
            step = schema.get("multipleOf", 1)
            if not isinstance(step, int):
                return self.good(schema)
            return draw.randint(-(-low // step), max(-(-low // step), high // step)) * step
        if kind == "boolean":
            return draw.random() < 0.5
        borders = [value for _, value in self._lengths(schema) if not _is_out(schema, value)]
        return draw.choice([self.good(schema, depth=depth), *borders])

    def borders(self, schema: Any) -> Iterator[Named]:
        """Values on both sides of each limit in the schema, and each member of an enumeration."""
        schema = self.resolve(schema)
        for alternative in schema.get("anyOf") or schema.get("oneOf") or ():
            yield from self.borders(alternative)
        for value in schema.get("enum", ())[:8]:
            yield f"member {value!r}", value
        for keyword in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"):
            limit = schema.get(keyword)
            if isinstance(limit, (int, float)):
                for shift in (-1, 0, 1):
                    yield f"{keyword} {limit} {shift:+}", limit + shift
        if isinstance(step := schema.get("multipleOf"), (int, float)):
            yield f"multipleOf {step}", step * 3
            yield f"not multipleOf {step}", step * 3 + step / 2
        yield from self._lengths(schema)
        yield from self._formats(schema)
        yield from self._counts(schema)

    def _lengths(self, schema: Schema) -> Iterator[Named]:
        if "pattern" in schema:
            for text in self._match(schema["pattern"]):
                yield "a match of the pattern", text
        for keyword in ("minLength", "maxLength"):
            if (length := schema.get(keyword)) is not None:
                for count in (length - 1, length, length + 1):
                    if 0 <= count <= 10_000:
                        yield f"{count} characters, {keyword} {length}", "x" * count

    def _formats(self, schema: Schema) -> Iterator[Named]:
        form = str(schema.get("format"))
        if form in FORMATS:
            good = FORMATS[form]
            yield f"format {form}", good
            yield f"format {form}, in capitals", good.upper()
            yield f"format {form}, cut short", good[:-2]
            yield f"format {form}, with more", f"{good} x"
        if form in ("date-time", "date", "time"):
            yield f"a Unix time for {form}", 1_700_000_000
            yield f"a date that does not exist for {form}", "2026-02-30T25:00:00"

    def _counts(self, schema: Schema) -> Iterator[Named]:
        item = schema.get("items", {})
        for keyword in ("minItems", "maxItems"):
            if (length := schema.get(keyword)) is not None:
                for count in (length - 1, length, length + 1):
                    if 0 <= count <= 100:
                        yield f"{count} items, {keyword} {length}", [self.good(item)] * count
        if schema.get("uniqueItems"):
            yield "the same item twice", [self.good(item)] * 2

    def _first(self, alternatives: list[Any]) -> Any:
        resolved = [self.resolve(alternative) for alternative in alternatives]
        return next((found for found in resolved if found.get("type") != "null"), alternatives[0])

    def _makers(self) -> Mapping[str, Callable[[Schema, bool, int], Any]]:
        return {
            "object": self._object,
            "array": self._array,
            "integer": lambda schema, full, depth: _number(schema),
            "number": lambda schema, full, depth: _number(schema),
            "boolean": lambda schema, full, depth: True,
            "null": lambda schema, full, depth: None,
        }

    def _object(self, schema: Schema, full: bool, depth: int) -> Any:
        required = set(schema.get("required", ()))
        every = full and depth < DEPTH
        found = {
            name: self.good(part, full=full, depth=depth + 1)
            for name, part in schema.get("properties", {}).items()
            if depth < DEPTH * 2 and (name in required or every)
        }
        more = schema.get("additionalProperties")
        if isinstance(more, Mapping) and every:
            keys = schema.get("propertyNames", {"examples": ["1"]})
            found[str(self.good(keys))] = self.good(more, full=full, depth=depth + 1)
        return found

    def _array(self, schema: Schema, full: bool, depth: int) -> Any:
        if "prefixItems" in schema:
            return [self.good(part, full=full, depth=depth + 1) for part in schema["prefixItems"]]
        count = max(schema.get("minItems", 0), int(full and depth < DEPTH))
        item = schema.get("items", {})
        return [self.good(item, full=full, depth=depth + 1) for _ in range(count)]

    def _string(self, schema: Schema, full: bool, depth: int) -> str:
        if "pattern" in schema and (found := self._match(schema["pattern"])):
            return found[0]
        text = FORMATS.get(schema.get("format", ""), "foo")
        least, most = schema.get("minLength", 0), schema.get("maxLength", len(text))
        return text.ljust(least, "o")[: max(least, most)]

    def _match(self, pattern: str) -> list[str]:
        if pattern not in self._matching:
            self._matching[pattern] = _matching(pattern)
        return self._matching[pattern]


def _given(schema: Schema) -> list[Any]:
    """The values that the schema itself names."""
    if "const" in schema:
        return [schema["const"]]
    if schema.get("enum"):
        return list(schema["enum"])
    examples = schema.get("examples")
    found = list(examples) if isinstance(examples, list) else []
    return [*found, *([schema["example"]] if "example" in schema else [])]


def _kind(schema: Schema) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((each for each in kind if each != "null"), "null")
    if kind is None and "properties" in schema:
        return "object"
    return str(kind)


def _range(schema: Schema) -> tuple[int, int]:
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    least = int(low) + int("exclusiveMinimum" in schema) if low is not None else None
    most = int(high) - int("exclusiveMaximum" in schema) if high is not None else None
    if least is None:
        least = 1 if most is None else min(1, most)
    return least, max(least, most if most is not None else least + 1000)


def _number(schema: Schema) -> Any:
    low, high = _range(schema)
    step = schema.get("multipleOf", 1)
    found = -(-low // step) * step
    limits = (schema.get("exclusiveMinimum", 0), schema.get("exclusiveMaximum", 1))
    # Between 0 and 1 there is no integer: (0, 1) is the usual range of a ratio.
    return 0.5 if limits == (0, 1) and "exclusiveMaximum" in schema else min(found, high)


def _is_out(schema: Schema, text: str) -> bool:
    return not schema.get("minLength", 0) <= len(text) <= schema.get("maxLength", len(text))


def _matching(pattern: str) -> list[str]:
    """Up to three strings that match: always the same three."""
    from hypothesis import HealthCheck, Phase, given, seed, settings, strategies as st

    found: list[str] = []

    @seed(0)
    @settings(
        max_examples=3,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
    @given(st.from_regex(pattern, fullmatch=True, alphabet=st.characters(codec="ascii")))
    def collect(text: str) -> None:
        found.append(text)

    try:
        collect()
    except Exception:
        # A pattern of another dialect (pydantic's are Rust's) or one that nothing matches.
        return []
    return found
