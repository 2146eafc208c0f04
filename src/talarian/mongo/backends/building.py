"""Indexes on a server: read, created, dropped."""

from collections.abc import Iterable, Sequence
from typing import Any

from pymongo import IndexModel
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import OperationFailure

from ..errors import IndexesRefused
from ..indexes import Definition, Difference, Step, differences
from .clients import within
from .declared import AnyModel, declared_indexes

_DUPLICATE_KEY = 11000
_LONGEST_BUILD = 24 * 3600.0
"""Seconds."""


async def compare(
    database: AsyncDatabase[dict[str, Any]], models: Iterable[AnyModel]
) -> Sequence[Step]:
    """What is to be done so that the indexes are those that are declared."""
    return [
        step
        for collection, wanted in sorted(declared_indexes(models).items())
        for step in differences(collection, wanted, await _present(database, collection))
    ]


async def apply(database: AsyncDatabase[dict[str, Any]], steps: Iterable[Step]) -> None:
    """Take these steps, one after the other.

    An index that changes is dropped and created again: until then, queries are without it, and
    what it makes unique is not.

    Raises:
        IndexesRefused: When the server does not create one. Those before it stay.
    """
    for step in steps:
        collection = database[step.collection]
        if step.difference is not Difference.CREATE:
            await collection.drop_index(step.name)
        if step.wanted is not None:
            try:
                # A large collection keeps the server busy for longer than any other operation may.
                with within(_LONGEST_BUILD):
                    await collection.create_indexes([_model(step.wanted)])
            except OperationFailure as error:
                raise IndexesRefused(_refused(step, error)) from None


async def _present(
    database: AsyncDatabase[dict[str, Any]], collection: str
) -> Sequence[Definition]:
    return [dict(found) async for found in await database[collection].list_indexes()]


def _model(definition: Definition) -> IndexModel:
    options = {name: value for name, value in definition.items() if name != "key"}
    return IndexModel(list(definition["key"].items()), **options)


def _refused(step: Step, error: OperationFailure) -> str:
    if error.code == _DUPLICATE_KEY:
        # The server's own text has the value in it.
        return (
            f"The unique index {step.name} of {step.collection} cannot be created: documents that "
            "are there have the same values. Find them with an aggregation ($group by the fields, "
            "$match a count above 1), and decide which stay."
        )
    return f"MongoDB does not create the index {step.name} of {step.collection}: {error}"
