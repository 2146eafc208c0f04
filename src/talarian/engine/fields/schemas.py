"""What a core schema says about how it may be run.

Pydantic can read JSON straight from bytes, or validate objects that `json.loads` made. FastAPI does
the second. The first is several times faster, and gives the same values for most schemas, but not
for all: strict mode, unions and validators written in Python can tell the two apart. A schema is
read from bytes only if everything in it is on the list of what was found equal here
(`tests/property/test_json_mode.py` keeps looking for a counterexample).
"""

from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]

_EQUAL_LEAVES = frozenset(
    {"any", "none", "bool", "int", "float", "str", "date", "datetime", "time", "timedelta"}
    | {"uuid", "literal"}
)
_EQUAL_CONTAINERS = frozenset(
    {"list", "dict", "set", "frozenset", "tuple", "nullable", "default"}
    | {"model", "model-fields", "model-field", "definitions", "definition-ref", "function-after"}
)

_SCALARS = _EQUAL_LEAVES - {"any"} | {"nullable", "default"}

_TELLING_CONFIG = frozenset({"strict", "coerce_numbers_to_str", "val_json_bytes", "cache_strings"})
"""Settings that mean another thing for JSON."""

_BELOW = (
    *("schema", "items_schema", "keys_schema", "values_schema"),
    *("extras_schema", "extras_keys_schema"),
)


def reads_json_alike(schema: Schema) -> bool:
    """Whether validating JSON text gives what validating its parsed form would give.

    It may say no where the answer is yes.
    """
    return all(map(_is_equal, walk(schema)))


def valid_as_it_is(schema: Schema) -> type | None:
    """The class whose direct instances are valid, and stay what they are; `None` if there is none.

    https://docs.pydantic.dev/latest/api/config/#pydantic.config.ConfigDict.revalidate_instances
    """
    if schema["type"] != "model":
        return None
    settings = {**schema.get("config", {}), **schema}
    if settings.get("revalidate_instances", "never") != "never":
        return None
    found: type = schema["cls"]
    return found


def has_functions(schema: Schema) -> bool:
    """Whether validation runs code that users wrote, which could see when and where it runs."""
    return any(
        part.get("type", "").startswith("function")
        or part.get("custom_init")
        or part.get("post_init")
        or part.get("default_factory") is not None
        for part in walk(schema)
    )


def has_floats(schema: Schema) -> bool:
    """Whether a number may become a float: read from JSON text, one too large is infinity."""
    return any(part.get("type") == "float" for part in walk(schema))


def is_text_as_it_is(schema: Schema) -> bool:
    """Whether every string is valid and stays what it is: `str` and `str | None` without rules."""
    while schema.get("type") in ("nullable", "default") and not schema.get("validate_default"):
        schema = schema["schema"]
    return set(schema) <= {"type", "metadata"} and schema["type"] == "str"


def is_scalar(schema: Schema) -> bool:
    """Whether no object's attributes could be read: the value is a number, text, or the like."""
    return all(part.get("type") in _SCALARS for part in walk(schema))


def walk(schema: Schema) -> Iterator[Schema]:
    """Every schema in `schema`, itself first; a recursive definition once."""
    yield schema
    for name in _BELOW:
        below = schema.get(name)
        if isinstance(below, Mapping):
            yield from walk(below)
        elif isinstance(below, list):
            for item in below:
                yield from walk(item)
    fields = schema.get("fields")
    if isinstance(fields, Mapping):
        for item in fields.values():
            yield from walk(item)
    for definition in schema.get("definitions") or ():
        yield from walk(definition)


def _is_equal(schema: Schema) -> bool:
    kind = schema.get("type")
    if kind not in _EQUAL_LEAVES and kind not in _EQUAL_CONTAINERS:
        return False
    if schema.get("strict") or schema.get("custom_init") or schema.get("post_init"):
        return False
    config = schema.get("config") or {}
    if any(config.get(name) for name in _TELLING_CONFIG):
        return False
    if kind == "function-after":
        return bool(schema["function"]["type"] == "no-info")
    if kind == "literal":  # of an enum's members, JSON knows the values only
        return all(type(value) in (str, int) for value in schema["expected"])
    return schema.get("default_factory_takes_data") is not True
