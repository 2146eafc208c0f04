"""All that talks to the driver, PyMongo, and to Beanie on top of it."""

from beanie.exceptions import (
    CollectionWasNotInitialized,
    DocumentNotFound as BeanieDocumentNotFound,
    RevisionIdWasChanged,
)
from pymongo import IndexModel
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import PyMongoError

__all__ = [
    "AsyncClientSession",
    "AsyncDatabase",
    "BeanieDocumentNotFound",
    "CollectionWasNotInitialized",
    "IndexModel",
    "PyMongoError",
    "RevisionIdWasChanged",
]
