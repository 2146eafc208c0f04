"""Models as parameters: their fields come one by one from the query, headers, cookies or a form.

Source: the FastAPI tutorial, "Query Parameter Models" to "Form Models".
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Union, get_args

from pydantic import BaseModel, BeforeValidator, Tag
from pydantic.fields import FieldInfo

from ..declare import params
from ..fields import shapes
from ..fields.field import Field
from ..fields.wire import WireModel, from_form
from ..ground.annotations import is_union, strip_annotated

Branches = Mapping[type[BaseModel], WireModel]


def request_field(info: FieldInfo, name: str) -> Field:
    """Make the field of a parameter, and decide whether models take its place in the request."""
    models = _models(info)
    if len(models) < 2:
        return Field(info, name, models=models)
    branches = {model.model: model for model in models}
    return Field(info, name, models=models, validated_as=by_branch(info.annotation, branches))


def by_branch(annotation: Any, branches: Branches) -> Any:
    """Return a union of which each model reads the form by the shapes of its own fields.

    Pydantic stays the one that chooses. Until then nobody knows whether `tag=a` means `"a"` or
    `["a"]`, so each branch makes its own data of the same values.
    """
    inner, metadata = strip_annotated(annotation)
    plain = shapes.plain(inner)
    if is_union(plain):
        if metadata:
            return Annotated[by_branch(inner, branches), *metadata]
        members = tuple(by_branch(member, branches) for member in get_args(plain))
        return Union[members]  # noqa: UP007 - the operator takes no tuple
    if plain not in branches:
        return annotation
    # Errors name the branch by its tag; without one they would name the validator.
    tags = [item for item in metadata if isinstance(item, Tag)]
    tag = tags[-1] if tags else Tag(plain.__name__)
    return Annotated[annotation, BeforeValidator(_reader(branches[plain])), tag]


def _reader(model: WireModel) -> Callable[[Any], Any]:
    def read(data: Any) -> Any:
        # Anything but a dictionary was made by a validator before, or is a default: it stays.
        return model.assemble(data, from_form) if isinstance(data, dict) else data

    return read


def _models(info: FieldInfo) -> list[WireModel]:
    if isinstance(info, params.Form):
        models = [WireModel(model) for model in shapes.union_models(info.annotation)]
    elif (model := _single_model(info)) is None:
        models = []
    elif isinstance(info, params.Header):
        models = [WireModel(model, headers=True, dashed=info.convert_underscores)]
    else:
        models = [WireModel(model)]
    return [] if models and shapes.is_json(info.annotation, info.metadata) else models


def _single_model(info: FieldInfo) -> type[BaseModel] | None:
    spread = isinstance(info, params.Query | params.Header | params.Cookie)
    return shapes.single_model(info.annotation) if spread else None
