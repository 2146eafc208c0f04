"""Partial models: every field may be left out, and None means null."""

from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from pydantic import BaseModel, Field, create_model
from pydantic.fields import FieldInfo

M = TypeVar("M", bound=BaseModel)


@cache
def partial_model(model: type[BaseModel]) -> type[BaseModel]:
    """Return a model with the fields of another one, none of which is required.

    Which were sent is in `model_fields_set`, and `model_dump(exclude_unset=True)` has only those.
    Null is accepted where the field's type says so. Validators of the model are not taken over:
    they are asked when the changes are merged with what is there (`changed`).
    """
    fields: dict[str, Any] = {name: _optional(field) for name, field in model.model_fields.items()}
    return create_model(
        f"{model.__name__}Partial",
        __config__=model.model_config,
        __doc__=f"Changes of {model.__name__}: what is left out stays as it is.",
        __module__=model.__module__,
        **fields,
    )


def _optional(field: FieldInfo) -> tuple[Any, Any]:
    parts = field.asdict()
    annotation: Any = parts["annotation"]
    for constraint in parts["metadata"]:
        annotation = Annotated[annotation, constraint]
    # A factory, because a default would be shown in OpenAPI, and what is left out is not null.
    kept = {name: value for name, value in parts["attributes"].items() if name not in _DEFAULTS}
    return annotation, Field(default_factory=_nothing, **kept)


_DEFAULTS = frozenset({"default", "default_factory", "validate_default"})


def _nothing() -> None:
    return None


if TYPE_CHECKING:
    # To type checkers, a partial model is the model: it has the same attributes.
    Partial = Annotated[M, "partial"]
else:

    class Partial:
        """`Partial[BookIn]` is `BookIn` with every field optional: the body of a PATCH.

        @app.patch("/books/{book_id}")
        async def change(book_id: int, changes: Partial[BookIn], …) -> BookOut: ...
        """

        def __class_getitem__(cls, model: type[BaseModel]) -> type[BaseModel]:
            return partial_model(model)
