"""Collections, the database and transactions for endpoints."""

from collections.abc import AsyncGenerator
from typing import Annotated, Any

from starlette.requests import HTTPConnection

from talarian import Depends
from talarian.exceptions import TalarianError
from talarian.extensions import find, installed

from .backends import AsyncClientSession, AsyncDatabase
from .backends.collections import Collection
from .extension import Mongo
from .models import MongoModel


def CollectionOf(model: type[MongoModel]) -> Any:
    """A dependency on the documents of a model, in whichever `Mongo` has it.

        Books = Annotated[Collection[Book], CollectionOf(Book)]

    Raises:
        TalarianError: In a request, when no installed `Mongo` was given the model.
    """

    async def collection(connection: HTTPConnection) -> Collection[Any]:
        for extension in installed(connection.app):
            if isinstance(extension, Mongo) and model in extension.models:
                return extension.collection(model)
        raise TalarianError(
            f"No installed MongoDB has {model.__name__}: Mongo(models=[{model.__name__}])."
        )

    return Depends(collection)


async def get_database(connection: HTTPConnection) -> AsyncDatabase[dict[str, Any]]:
    """The database of the first `Mongo`, for `dependency_overrides`."""
    return find(connection.app, Mongo).database


async def get_transaction(
    connection: HTTPConnection,
) -> AsyncGenerator[AsyncClientSession, None]:
    """The transaction of a request, for `dependency_overrides`."""
    async with find(connection.app, Mongo).transaction() as session:
        yield session


MongoDatabase = Annotated[AsyncDatabase[dict[str, Any]], Depends(get_database)]
"""PyMongo's database: all of it, without help. See `literal` for values that clients send."""

# Scope "function": the commit is over before the response is sent.
MongoTransaction = Annotated[AsyncClientSession, Depends(get_transaction, scope="function")]
"""All that an endpoint does with the first `Mongo` is one transaction: committed before the
response is sent, undone when anything raises. Needs a replica set."""
