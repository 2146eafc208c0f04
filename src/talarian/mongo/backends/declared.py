"""What models declare: their indexes, by collection."""

from collections.abc import Iterable, Iterator
from typing import Any

from beanie import Document, UnionDoc, View
from beanie.odm.fields import IndexModelField
from beanie.odm.utils.typing import get_index_attributes
from pymongo import IndexModel

from talarian.exceptions import TalarianError

from ..indexes import Definition
from ..models import MongoModel

AnyModel = type[MongoModel] | type[Document] | type[View] | type[UnionDoc]


def is_beanie(model: AnyModel) -> bool:
    """Whether Beanie looks after a model.

    Raises:
        TalarianError: When it is no model of documents at all.
    """
    if issubclass(model, (Document, View, UnionDoc)):
        return True
    if issubclass(model, MongoModel) and model.__collection__ is not None:
        return False
    raise TalarianError(
        f"{model.__name__} is no model of documents. Derive it from talarian.mongo.MongoModel and "
        f'name its collection, class {model.__name__}(MongoModel, collection="…"), or from '
        "beanie.Document."
    )


def declared_indexes(models: Iterable[AnyModel]) -> dict[str, list[Definition]]:
    """The indexes of each collection. Beanie must have been initialised with its documents."""
    collections: dict[str, list[Definition]] = {}
    for model in models:
        if issubclass(model, (View, UnionDoc)):
            continue
        name, indexes = _of_document(model) if issubclass(model, Document) else _of_model(model)
        # Models of one collection (Beanie's inheritance) declare the indexes of all together.
        known = collections.setdefault(name, [])
        known += (it.document for it in indexes if it.document not in known)
    return collections


def _of_model(model: type[MongoModel]) -> tuple[str, Iterable[IndexModel]]:
    return str(model.__collection__), model.__indexes__


def _of_document(document: type[Document]) -> tuple[str, Iterable[IndexModel]]:
    indexes: list[Any] = list(_of_fields(document))
    settings = document.get_settings()
    if not settings.merge_indexes:
        indexes = IndexModelField.merge_indexes(indexes, settings.indexes)
    else:
        for base in reversed(document.mro()):
            if issubclass(base, Document) and base is not Document:
                indexes = IndexModelField.merge_indexes(indexes, base.get_settings().indexes)
    return document.get_collection_name(), [it.index for it in indexes]


def _of_fields(document: type[Document]) -> Iterator[IndexModelField]:
    for name, field in document.model_fields.items():
        attributes = get_index_attributes(field)
        if attributes is not None:
            kind, options = attributes
            yield IndexModelField(IndexModel([(field.alias or name, kind)], **options))
