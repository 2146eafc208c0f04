"""Documents as pydantic models, for who does not need Beanie."""

from collections.abc import Sequence
from typing import Any, ClassVar

from bson import ObjectId
from pydantic import BaseModel, Field

from .backends import IndexModel
from .ids import PyObjectId


class MongoModel(BaseModel):
    """A document: a pydantic model with an id.

        class Book(MongoModel, collection="books", indexes=[IndexModel("isbn", unique=True)]):
            isbn: str
            title: str

    The id is `id` here and in JSON, and `_id` in MongoDB. It is made when the object is, so it is
    known before the document is stored.

    Args:
        collection: The name of its collection.
        indexes: The indexes of the collection; see `Mongo` for when they are created.
    """

    __collection__: ClassVar[str | None] = None
    __indexes__: ClassVar[Sequence[IndexModel]] = ()

    id: PyObjectId = Field(default_factory=ObjectId)

    def __init_subclass__(
        cls,
        *,
        collection: str | None = None,
        indexes: Sequence[IndexModel] = (),
        **options: Any,
    ) -> None:
        super().__init_subclass__(**options)
        if collection is not None:
            cls.__collection__ = collection
            cls.__indexes__ = indexes


class Versioned(MongoModel):
    """A document that knows how often it was changed, so that nobody overwrites what he has not
    seen: the second of two who change one version gets a `VersionConflict`."""

    version: int = 1
