"""Collections of one model."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Generic, NoReturn

from bson import ObjectId
from pydantic import BaseModel
from pymongo import ReturnDocument
from pymongo.asynchronous.collection import AsyncCollection

from talarian.exceptions import TalarianError

from ..cursors import Cursors
from ..errors import DocumentNotFound, VersionConflict
from ..keyset import after, order_of, place_of
from ..models import Versioned
from ..operators import Filters, query
from ..pages import Page, PageRequest
from .codecs import CODEC
from .documents import Model, changes, read, refuse_unstorable_fields, storable, written

Versions = int | frozenset[int] | None


class Collection(Generic[Model]):
    """The documents of one model.

    The driver's errors come through as they are (`pymongo.errors`); `Mongo` has answers for those
    that clients cause. In a transaction, every method takes part in it.

    Args:
        model: The class of the documents.
        raw: The driver's collection.
        key: Signs the cursors of pages.
    """

    def __init__(self, model: type[Model], raw: AsyncCollection[dict[str, Any]], key: str) -> None:
        refuse_unstorable_fields(model)
        self.model = model
        self.raw: AsyncCollection[dict[str, Any]] = raw.with_options(codec_options=CODEC)
        """The driver's collection, for what this has no method for: updates with operators,
        aggregations. Filters there are the driver's; see `literal`."""
        self._key = key
        self._versioned = issubclass(model, Versioned)

    # Reading.

    async def get(self, id: ObjectId) -> Model | None:
        """The document with this id."""
        return await self.first({"id": id})

    async def get_one(self, id: ObjectId) -> Model:
        """The document with this id.

        Raises:
            DocumentNotFound: When there is none.
        """
        found = await self.get(id)
        return self._not_found(id) if found is None else found

    async def first(
        self, filters: Mapping[str, Any] | Filters | None = None, *, sort: Sequence[str] = ()
    ) -> Model | None:
        """The first document that the filters leave, or None."""
        found = await self.find(filters, sort=sort, limit=1)
        return found[0] if found else None

    async def find(
        self,
        filters: Mapping[str, Any] | Filters | None = None,
        *,
        sort: Sequence[str] = (),
        skip: int = 0,
        limit: int = 0,
    ) -> list[Model]:
        """The documents that the filters leave.

            await books.find({"author": author, "year": at_least(1900)}, sort=["-year"])

        Args:
            filters: Values that fields are equal to, or operators (`at_least`, `one_of` …).
            sort: Fields, with a minus for downwards. Without any, the order is not defined.
            skip: How many to leave out. The server reads them all the same: see `page`.
            limit: How many at most; 0 is all.
        """
        with storable():
            cursor = self.raw.find(query(filters), skip=skip, limit=limit)
            if sort:
                cursor = cursor.sort(list(order_of(*sort)))
            return [read(self.model, stored) async for stored in cursor]

    async def page(
        self, request: PageRequest, filters: Mapping[str, Any] | Filters | None = None
    ) -> Page[Model]:
        """One page of the documents that the filters leave.

        A page costs what its documents cost, however far it is from the first, and documents that
        come and go do not move the others from one page to the next.

        Raises:
            BadCursor: When the cursor was not made for this list.
        """
        with storable():
            conditions = query(filters)
            cursors = Cursors(self._key, self.raw.name, request.order, conditions)
            wanted = conditions
            if request.cursor is not None:
                further = after(request.order, cursors.read(request.cursor))
                wanted = {"$and": [conditions, further]} if conditions else further
            cursor = self.raw.find(wanted, limit=request.limit + 1).sort(list(request.order))
            stored = await cursor.to_list()
        shown = stored[: request.limit]
        more = len(stored) > len(shown)
        return Page[self.model](  # type: ignore[name-defined]
            items=[read(self.model, it) for it in shown],
            next=cursors.write(place_of(shown[-1], request.order)) if more else None,
        )

    async def count(self, filters: Mapping[str, Any] | Filters | None = None) -> int:
        """How many documents the filters leave. The server counts them one by one."""
        with storable():
            return await self.raw.count_documents(query(filters))

    # Writing.

    async def insert(self, document: Model) -> Model:
        """Store a new document, and return it.

        Raises:
            UnstorableValue: When MongoDB cannot keep a value.
            pymongo.errors.DuplicateKeyError: When another one has what must be unique.
        """
        with storable():
            await self.raw.insert_one(written(document))
        return document

    async def insert_many(self, documents: Iterable[Model]) -> None:
        """Store new documents in their order, up to the first that cannot be stored.

        Raises:
            pymongo.errors.BulkWriteError: With the documents that could not be stored.
        """
        if found := [written(document) for document in documents]:
            with storable():
                await self.raw.insert_many(found)

    async def replace(self, document: Model) -> Model:
        """Store a document in the place of the one with its id, and return it as it is then.

        A `Versioned` document replaces the version that it says it is, and becomes the next one.

        Raises:
            DocumentNotFound: When there is none with its id.
            VersionConflict: When there is another version.
        """
        stored, expected = document, None
        if isinstance(document, Versioned):
            expected = document.version
            stored = document.model_copy(update={"version": expected + 1})
        with storable():
            result = await self.raw.replace_one(self._at(document.id, expected), written(stored))
        if not result.matched_count:
            await self._refuse(document.id, expected)
        return stored

    async def patch(self, id: ObjectId, patch: BaseModel, *, if_version: Versions = None) -> Model:
        """Change the fields that a client has sent and no others, and return the document.

        A null that was sent is stored; a field that was not sent stays. An embedded object is
        replaced as a whole. Each value must fit its field of the document's model.

        Args:
            id: Of the document.
            patch: A model with some of the document's fields; those that were set count.
            if_version: Only if it is this version, or one of these; see `IfMatch`.

        Raises:
            DocumentNotFound: When there is none with this id.
            VersionConflict: When there is another version.
            InvalidPatch: When a value does not fit.
        """
        changed = changes(self.model, patch)
        if not changed:
            return await self._unchanged(id, if_version)
        update: dict[str, Any] = {"$set": changed}
        if self._versioned:
            update["$inc"] = {"version": 1}
        with storable():
            stored = await self.raw.find_one_and_update(
                self._at(id, if_version), update, return_document=ReturnDocument.AFTER
            )
        return await self._refuse(id, if_version) if stored is None else read(self.model, stored)

    async def delete(self, id: ObjectId, *, if_version: Versions = None) -> None:
        """Remove a document.

        Raises:
            DocumentNotFound: When there is none with this id.
            VersionConflict: When there is another version than `if_version`.
        """
        result = await self.raw.delete_one(self._at(id, if_version))
        if not result.deleted_count:
            await self._refuse(id, if_version)

    def _at(self, id: ObjectId, versions: Versions) -> dict[str, Any]:
        if versions is None:
            return {"_id": id}
        if not self._versioned:
            raise TalarianError(
                f"{self.model.__name__} has no versions. Derive it from talarian.mongo.Versioned."
            )
        allowed = sorted(versions) if isinstance(versions, frozenset) else [versions]
        return {"_id": id, "version": allowed[0] if len(allowed) == 1 else {"$in": allowed}}

    async def _unchanged(self, id: ObjectId, versions: Versions) -> Model:
        stored = await self.raw.find_one(self._at(id, versions))
        return await self._refuse(id, versions) if stored is None else read(self.model, stored)

    async def _refuse(self, id: ObjectId, versions: Versions) -> NoReturn:
        if versions is None or await self.get(id) is None:
            self._not_found(id)
        raise VersionConflict(f"{self.raw.name}/{id} was changed since it was read.")

    def _not_found(self, id: ObjectId) -> NoReturn:
        raise DocumentNotFound(f"There is no {self.raw.name}/{id}.")
