"""The JSON Schemas of all fields of a document, generated together so that models get one name."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic.json_schema import DefsRef, JsonSchemaValue
from pydantic_core import CoreSchema

from ..fields.field import Field, Mode
from .generator import REF_PREFIX as REF_PREFIX, SchemaGenerator as SchemaGenerator


class Schemas:
    """What `components.schemas` holds, and the schema that stands for each field.

    Args:
        fields: Every field of the document.
        separate: Give a model that looks different as input and as output one schema for each;
            otherwise it is documented as input, unless it has computed fields.
    """

    def __init__(self, fields: Iterable[Field], *, separate: bool = True) -> None:
        # Fields that share a core schema share its JSON Schema.
        self._keys: dict[Field, tuple[int, Mode]] = {}
        different: dict[tuple[int, Mode], CoreSchema] = {}
        for field in fields:
            schema = field.core_schema
            key = self._keys[field] = (id(schema), _mode(field, schema, separate))
            different[key] = schema
        generator = SchemaGenerator(ref_template=f"{REF_PREFIX}{{model}}")
        self._schemas, self._definitions = generator.generate_definitions(
            [(identity, mode, schema) for (identity, mode), schema in different.items()]
        )
        self._sorted = generator.sort
        for definition in self._definitions.values():
            _cut_private_description(definition)

    def of(self, field: Field, name: str) -> dict[str, Any]:
        """The schema of a field, titled after `name` unless it has a title or is a reference."""
        schema = self.untitled(field)
        if "$ref" not in schema:
            schema["title"] = field.info.title or title(name)
        return schema

    def untitled(self, field: Field) -> dict[str, Any]:
        """The schema of a field as pydantic makes it of the annotation."""
        return dict(self._schemas[self._keys[field]])

    def resolve(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """What a reference refers to; any other schema is returned as it is."""
        reference: str | None = schema.get("$ref")
        if reference is None:
            return schema
        return self._definitions[DefsRef(reference.removeprefix(REF_PREFIX))]

    def define(self, name: str, schema: Mapping[str, Any]) -> dict[str, str]:
        """Add a component, in place of one of the same name, and return the reference to it.

        Its keys are sorted as pydantic sorts those of the components that it generates.
        """
        self._definitions[DefsRef(name)] = self._sorted(dict(schema))
        return {"$ref": f"{REF_PREFIX}{name}"}

    def components(self) -> dict[str, JsonSchemaValue]:
        """All components, by name."""
        return dict(sorted(self._definitions.items()))


def title(name: str) -> str:
    """A name as people read it: `user_id` is shown as `User Id`."""
    return name.title().replace("_", " ")


def _mode(field: Field, schema: CoreSchema, separate: bool) -> Mode:
    if separate or _has_computed_fields(schema):
        return field.mode
    return "validation"


def _has_computed_fields(schema: CoreSchema) -> bool:
    """Whether something in a core schema is there only when it is serialised."""
    pending: list[Any] = [schema]
    while pending:
        node = pending.pop()
        if isinstance(node, list | tuple):
            pending.extend(node)
        elif isinstance(node, dict):
            # A schema has a type; a dictionary of fields has whatever names the fields have.
            is_schema = isinstance(node.get("type"), str)
            if is_schema and node.get("computed_fields"):
                return True
            skipped = _NOT_SCHEMAS if is_schema else ()
            pending.extend(value for key, value in node.items() if key not in skipped)
    return False


_NOT_SCHEMAS = frozenset({"metadata", "default"})


def _cut_private_description(definition: JsonSchemaValue) -> None:
    """Cut a docstring at a form feed: what follows is for readers of the code."""
    if "description" in definition:
        definition["description"] = definition["description"].split("\f")[0]
