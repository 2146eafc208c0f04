"""Pydantic models as documents, and back."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Annotated, Any, TypeVar, cast

from bson.errors import InvalidDocument
from pydantic import BaseModel, TypeAdapter, ValidationError
from pymongo.errors import DocumentTooLarge

from talarian.exceptions import TalarianError

from ..errors import InvalidPatch, StoredDocumentInvalid, UnstorableValue
from ..models import MongoModel

Model = TypeVar("Model", bound=MongoModel)


def refuse_unstorable_fields(model: type[MongoModel]) -> None:
    """Refuse a model that would lose what is in it.

    Raises:
        TalarianError: When a field is excluded from what the model is written as.
    """
    lost = [name for name, field in model.model_fields.items() if field.exclude]
    if lost:
        raise TalarianError(
            f"{model.__name__}.{lost[0]} has exclude=True, so it would not be stored. To hide it "
            "from clients, give the endpoint a response model without it."
        )


def written(document: MongoModel) -> dict[str, Any]:
    """A model as it is stored."""
    fields = document.model_dump(round_trip=True)
    return {"_id": fields.pop("id"), **fields}


def read(model: type[Model], stored: Mapping[str, Any]) -> Model:
    """A model of what is stored.

    Raises:
        StoredDocumentInvalid: When it does not fit. The text shows no values.
    """
    fields = {"id" if name == "_id" else name: value for name, value in stored.items()}
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        wrong = "; ".join(f"{_path(it['loc'])}: {it['msg']}" for it in _errors(error))
        raise StoredDocumentInvalid(
            f"{model.__collection__}/{stored.get('_id')} does not fit {model.__name__}: {wrong}"
        ) from None


def changes(model: type[MongoModel], patch: BaseModel) -> dict[str, Any]:
    """The fields that a client has sent, and what they become; null is a value, absence is none.

    An embedded object is one value: it is replaced, not merged into the one that is there.

    Raises:
        InvalidPatch: When a value does not fit the document's model.
        TalarianError: When the patch has a field that the document has not, or must not change.
    """
    values = patch.model_dump(round_trip=True)
    changed: dict[str, Any] = {}
    errors: list[dict[str, object]] = []
    for name in sorted(patch.model_fields_set):
        try:
            changed[name] = _adapter(model, name, type(patch)).validate_python(values[name])
        except ValidationError as error:
            errors.extend({**it, "loc": (name, *it["loc"])} for it in _errors(error))
    if errors:
        raise InvalidPatch(errors)
    # Written as the whole model would be: what validators made of it may be models again.
    return model.model_construct(set(changed), **changed).model_dump(
        round_trip=True, include=set(changed), warnings=False
    )


@contextmanager
def storable() -> Generator[None, None, None]:
    """Say what it means when a document cannot be written in BSON.

    Raises:
        UnstorableValue: When that is because of a value, not of its type.
    """
    try:
        yield
    except ArithmeticError:
        raise UnstorableValue("A number has more digits than MongoDB keeps.") from None
    except UnicodeEncodeError:
        raise UnstorableValue("A text has half a character in it (a lone surrogate).") from None
    except DocumentTooLarge:
        raise UnstorableValue("The document is larger than 16 MB.") from None
    except InvalidDocument as error:
        if "NULL byte" not in str(error):
            raise
        raise UnstorableValue("The name of a field has a null character in it.") from None


@cache
def _adapter(model: type[MongoModel], name: str, patch: type[BaseModel]) -> TypeAdapter[Any]:
    field = model.model_fields.get(name)
    if field is None or name in ("id", "version"):
        raise TalarianError(
            f"{patch.__name__}.{name} is no field of {model.__name__} that a patch may change."
        )
    # A value, not a type expression: what it is, is known only now.
    declared: Any = Annotated[cast(Any, field.annotation), field]
    return TypeAdapter(declared)


def _errors(error: ValidationError) -> list[Any]:
    return list(error.errors(include_input=False, include_url=False, include_context=False))


def _path(location: tuple[int | str, ...]) -> str:
    return ".".join(map(str, location)) or "the document"
