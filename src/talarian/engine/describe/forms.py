"""Forms that are filled into models.

A form is flat. Each model takes its fields from the whole form, beside other models and single
fields, so that the schema of the form is all of theirs at once (`allOf`).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..analyse.plan import BodyPlan
from ..fields.field import Field
from ..fields.wire import WireModel
from .schemas import Schemas

Schema = dict[str, Any]
Models = Sequence[WireModel]


def is_composed(body: BodyPlan) -> bool:
    """Whether no single field's schema says what the form is.

    That is so when a model shares the form with something else, or may be absent: "absent" then
    means that none of its fields was sent, which the schema of an optional body cannot say.
    """
    with_models = [field for field in body.fields if field.models]
    if not with_models:
        return False
    return len(body.fields) > 1 or with_models[0].nullable


def composed_form(body: BodyPlan, name: str, schemas: Schemas) -> Schema:
    """The schema of the whole form."""
    parts: list[Schema] = []
    properties: dict[str, Schema] = {}
    required: dict[str, None] = {}
    for field in body.fields:
        if field.models:
            parts.extend(_model_parts(field, schemas))
            continue
        key = field.names[0]
        schema = schemas.of(field, field.name)
        if key in properties:
            # One value that two callables read, perhaps as different types.
            parts.append({"properties": {key: schema}})
        else:
            properties[key] = schema
        if field.required:
            required[key] = None
    form: Schema = {"title": name, "type": "object", "allOf": parts}
    if properties:
        form["properties"] = properties
    if required:
        form["required"] = list(required)
    return form


def _model_parts(field: Field, schemas: Schemas) -> Iterator[Schema]:
    models = field.models
    schema = schemas.of(field, field.name)
    # The default is the function's: it stands for no form that could be sent.
    schema.pop("default", None)
    if not field.nullable:
        yield _with_alternatives(schema, models, schemas)
        return
    members = [member for member in schema["anyOf"] if member != {"type": "null"}]
    schema["anyOf"] = [_with_alternatives(member, models, schemas) for member in members]
    absent = _absent(models)
    if field.required:
        yield {"not": absent}
        yield schema
    else:
        yield {"anyOf": [absent, schema]}


def _absent(models: Models) -> Schema:
    """The forms that leave all models out: any other field may be there if models ignore it."""
    if any(model.model.model_config.get("extra") in ("allow", "forbid") for model in models):
        return {"maxProperties": 0}
    names = {name for model in models for field in model.fields for name, _ in field.names}
    return {"not": {"anyOf": [{"required": [name]} for name in sorted(names)]}} if names else {}


def _with_alternatives(schema: Schema, models: Models, schemas: Schemas) -> Schema:
    """Say of a single model's required fields that any of their names will do.

    JSON Schema's `required` knows one name; a form may be sent with any.
    """
    definition = schemas.resolve(schema)
    alternatives = _alternatives(models[0], definition) if len(models) == 1 else {}
    if not alternatives:
        return schema
    return {
        **definition,
        **{key: value for key, value in schema.items() if key != "$ref"},
        "required": [key for key in definition["required"] if key not in alternatives],
        "allOf": [
            {"anyOf": [{"required": [name]} for name in names]} for names in alternatives.values()
        ],
    }


def _alternatives(model: WireModel, definition: Mapping[str, Any]) -> dict[str, Sequence[str]]:
    """Names by documented name, of the required fields that have more than one."""
    required = definition.get("required", ())
    found: dict[str, Sequence[str]] = {}
    for field in model.fields:
        names = list(dict.fromkeys(name for name, _ in field.names))
        documented = next((name for name in names if name in required), None)
        if documented is not None and len(names) > 1:
            found[documented] = names
    return found
