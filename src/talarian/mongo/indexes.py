"""What differs between the indexes that are declared and those that are there.

Indexes are described as MongoDB lists them: a document with `key`, `name` and options.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Definition = Mapping[str, Any]
Key = tuple[tuple[str, Any], ...]

# What a server adds by itself, and what is no property of the index: https://www.mongodb.com/docs/manual/reference/command/createIndexes/
_NOT_COMPARED = frozenset(
    {"v", "ns", "key", "name", "background", "textIndexVersion", "2dsphereIndexVersion"}
)
_DEFAULTS = {
    "unique": False,
    "sparse": False,
    "hidden": False,
    "default_language": "english",
    "language_override": "language",
}


class Difference(StrEnum):
    """What is to be done about an index."""

    CREATE = "create"
    CHANGE = "change"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class Step:
    """One index that is not as declared."""

    collection: str
    difference: Difference
    name: str
    """Of the index as it is there; of the declared one, where none is there."""
    wanted: Definition | None = None
    present: Definition | None = None
    options: Sequence[str] = field(default_factory=tuple)
    """The options that differ."""

    def __str__(self) -> str:
        definition = self.wanted or self.present or {}
        shown = f"{self.collection}: {self.name} on {_shown(definition)}"
        match self.difference:
            case Difference.CREATE:
                return f"{shown} is missing"
            case Difference.CHANGE:
                return f"{shown} has other options than declared: {', '.join(self.options)}"
            case Difference.DROP:
                return f"{shown} is declared nowhere"


def differences(
    collection: str, wanted: Iterable[Definition], present: Iterable[Definition]
) -> Iterator[Step]:
    """Compare the declared indexes of a collection with those that are there.

    Two are the same index if they have the same keys and are for the same documents. Another name
    is no difference: MongoDB does not create one index twice under two names.
    """
    rest = [it for it in present if it["name"] != "_id_"]
    for definition in wanted:
        there = _counterpart(definition, rest)
        if there is None:
            yield Step(collection, Difference.CREATE, definition["name"], definition)
            continue
        rest.remove(there)
        if differing := _differing(definition, there):
            yield Step(
                collection, Difference.CHANGE, there["name"], definition, there, tuple(differing)
            )
    for there in rest:
        yield Step(collection, Difference.DROP, there["name"], present=there)


def _counterpart(wanted: Definition, present: Sequence[Definition]) -> Definition | None:
    alike = [it for it in present if _identity(it) == _identity(wanted)]
    # One collection may have several indexes with the same keys (collations, partial ones).
    alike.sort(key=lambda it: (len(_differing(wanted, it)), it["name"] != wanted["name"]))
    if alike:
        return alike[0]
    return next((it for it in present if it["name"] == wanted["name"]), None)


def _identity(definition: Definition) -> tuple[Key, Any, Any]:
    return (
        key_of(definition),
        definition.get("partialFilterExpression"),
        (definition.get("collation") or {}).get("locale"),
    )


def key_of(definition: Definition) -> Key:
    """The keys of an index. A text index is listed with two others in place of its fields."""
    key = definition["key"]
    pairs = list(key.items() if isinstance(key, Mapping) else key)
    if not any(kind == "text" for _, kind in pairs):
        return tuple((name, _direction(kind)) for name, kind in pairs)
    others = [(name, _direction(kind)) for name, kind in pairs if not _is_text(name, kind)]
    return (("$text", tuple(sorted(_weights(definition)))), *others)


def _is_text(name: str, kind: Any) -> bool:
    return kind == "text" or name == "_ftsx"


def _direction(kind: Any) -> Any:
    # Servers list 1.0 for 1.
    return int(kind) if isinstance(kind, (int, float)) else kind


def _weights(definition: Definition) -> dict[str, Any]:
    key = definition["key"]
    pairs = key.items() if isinstance(key, Mapping) else key
    fields = {name: 1 for name, kind in pairs if kind == "text" and name != "_fts"}
    return fields | dict(definition.get("weights", {}))


def _differing(wanted: Definition, present: Definition) -> list[str]:
    left, right = _options(wanted), _options(present)
    names = sorted(left.keys() | right.keys())
    differing = [name for name in names if not _same(name, left.get(name), right.get(name))]
    return ["key", *differing] if key_of(wanted) != key_of(present) else differing


def _options(definition: Definition) -> dict[str, Any]:
    options = {
        name: value
        for name, value in definition.items()
        if name not in _NOT_COMPARED and _DEFAULTS.get(name) != value
    }
    if weights := _weights(definition):
        options["weights"] = weights
    return options


def _same(option: str, wanted: Any, present: Any) -> bool:
    if option == "collation" and isinstance(wanted, Mapping) and isinstance(present, Mapping):
        # The server lists the fields that were not given with their defaults.
        return all(present.get(name) == value for name, value in wanted.items())
    return bool(wanted == present)


def _shown(definition: Definition) -> str:
    key = definition.get("key", {})
    pairs = key.items() if isinstance(key, Mapping) else key
    unique = " (unique)" if definition.get("unique") else ""
    return ", ".join(f"{name} {_direction(kind)}" for name, kind in pairs) + unique
