"""Models whose fields come one by one: from a query string, headers, cookies or a form.

A request is a list of names and values and knows nothing of types. What it means depends on the
field that asks: `tag=a&tag=b` is `"b"` for a string and `["a", "b"]` for a list.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import AliasChoices, BaseModel
from pydantic.fields import FieldInfo
from starlette.datastructures import Headers, ImmutableMultiDict, UploadFile

from ..ground.sentinels import UNSET
from .shapes import is_json, is_sequence

Values = dict[str, Any]
"""Names and what was sent for each: one value as it is, several as a list."""

Shape = Callable[[Any, bool], Any]
"""Gives a value the shape that a field wants (`True`: a sequence), or `UNSET` for no value."""


def grouped(source: Mapping[str, Any]) -> Values:
    """Bring the values of repeated names together. The lists are new ones."""
    if not isinstance(source, ImmutableMultiDict | Headers):
        return dict(source)
    pairs = source.items() if isinstance(source, Headers) else source.multi_items()
    values: dict[str, list[Any]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return {name: found[0] if len(found) == 1 else found for name, found in values.items()}


def last(value: Any, sequence: bool) -> Any:
    """The shape of repeatable values: a scalar is the last of them."""
    return _shaped(value, sequence, -1)


def first(value: Any, sequence: bool) -> Any:
    """The shape of headers: a scalar is the first of them."""
    return _shaped(value, sequence, 0)


def from_form(value: Any, sequence: bool) -> Any:
    """The shape of form values, in which an input that was left empty was not sent.

    Browsers send every input: text as the empty string, a file as one without name and content.
    The items of a list stay, even the empty ones, but files that were not chosen are none.
    """
    value = last(value, sequence)
    if not isinstance(value, list):
        return UNSET if value == "" or _is_not_chosen(value) else value
    chosen = [item for item in value if not _is_not_chosen(item)]
    return chosen if chosen or not value else UNSET


def as_sent(value: Any, sequence: bool) -> Any:
    """The shape of what cannot be repeated."""
    return value


def string_aliases(info: FieldInfo, default: str) -> tuple[str, ...]:
    """The names by which a field may come, in the order in which they are tried.

    A path into nested data (`AliasPath`) has no name on the wire: the plain alias stands in.
    """
    alias = info.validation_alias
    if isinstance(alias, AliasChoices):
        choices = tuple(choice for choice in alias.choices if isinstance(choice, str))
        if len(choices) == len(alias.choices):
            return choices
    elif isinstance(alias, str):
        return (alias,)
    return (info.alias if info.alias is not None else default,)


def wants_sequence(info: FieldInfo) -> bool:
    """Whether all the values of a repeated name are wanted, not only one."""
    return is_sequence(info.annotation) and not is_json(info.annotation, info.metadata)


@dataclass(frozen=True, slots=True)
class WireField:
    """One field of a model, as it comes on the wire."""

    names: tuple[tuple[str, str], ...]
    """Pairs: the name on the wire, and the key under which pydantic takes the value."""
    sequence: bool


class WireModel:
    """A model, and how its data is put together from separate values.

    Args:
        model: The model whose fields are values of their own.
        headers: The names are those of headers, which have no case.
        dashed: `user_agent` comes as `user-agent`, unless the field has an alias.
    """

    def __init__(
        self, model: type[BaseModel], *, headers: bool = False, dashed: bool = False
    ) -> None:
        self.model = model
        self._headers = headers
        self._dashed = dashed

    def is_sent(self, data: Values) -> bool:
        """Whether `data` has anything to say to this model: a field, or an extra it minds."""
        if data and self.model.model_config.get("extra") in ("allow", "forbid"):
            return True
        return any(name in data for field in self.fields for name, _ in field.names)

    def assemble(self, data: Values, shape: Shape) -> Values:
        """Return the data of the model: its fields, then everything else that was sent.

        A name that was tried and found empty is not handed over; one that was not tried is, and
        the model's `extra` setting decides about it.
        """
        values: Values = {}
        tried = set(self._unreadable)
        for field in self.fields:
            for name, key in field.names:
                if name not in data:
                    continue
                tried.add(name)
                value = shape(data[name], field.sequence)
                if value is not UNSET:
                    values[key] = value
                    break
        return values | {name: value for name, value in data.items() if name not in tried}

    @cached_property
    def fields(self) -> tuple[WireField, ...]:
        # Annotations may still be waiting for a class that was defined after the endpoint.
        if not self.model.__pydantic_complete__:
            self.model.model_rebuild()
        return tuple(
            WireField(tuple(self._names(name, info)), wants_sequence(info))
            for name, info in self.model.model_fields.items()
        )

    @cached_property
    def shown(self) -> Mapping[str, str]:
        """Header names by the keys that pydantic knows, for the locations of errors."""
        if not self._dashed or self.model.model_config.get("loc_by_alias") is False:
            return {}
        pairs = (pair for field in self.fields for pair in field.names)
        return {key: _dashed(key) for name, key in pairs if name != key.lower()}

    @cached_property
    def _unreadable(self) -> frozenset[str]:
        """Names that pydantic would take for a field although they are not its name here."""
        keys = {key.lower() for field in self.fields for _, key in field.names}
        names = {name for field in self.fields for name, _ in field.names}
        return frozenset(keys - names) if self._dashed else frozenset()

    def _names(self, name: str, info: FieldInfo) -> Iterator[tuple[str, str]]:
        """How a field may come, and as what pydantic accepts it: aliases, its own name, both."""
        config = self.model.model_config
        by_alias = config.get("validate_by_alias", True)
        chosen = isinstance(info.validation_alias, AliasChoices)
        for alias in string_aliases(info, name) if by_alias else ():
            yield self._on_wire(alias, own=alias == name and not chosen), alias
        if config.get("validate_by_name") or config.get("populate_by_name") or not by_alias:
            yield self._on_wire(name, own=True), name

    def _on_wire(self, key: str, own: bool) -> str:
        wire = _dashed(key) if own and self._dashed else key
        return wire.lower() if self._headers else wire


def _dashed(name: str) -> str:
    return name.replace("_", "-")


def _is_not_chosen(value: Any) -> bool:
    return isinstance(value, UploadFile) and not value.filename and value.size == 0


def _shaped(value: Any, sequence: bool, position: int) -> Any:
    if sequence:
        return value if isinstance(value, list) or value is None else [value]
    return value[position] if isinstance(value, list) and value else value
