"""MongoDB: documents for endpoints, indexes, pages, and errors that help."""

from .answers import answers
from .backends.collections import Collection
from .dependencies import (
    CollectionOf,
    MongoDatabase,
    MongoTransaction,
    get_database,
    get_transaction,
)
from .errors import (
    BadCursor,
    DocumentNotFound,
    IndexesRefused,
    InvalidPatch,
    MongoError,
    NotReady,
    StoredDocumentInvalid,
    TransactionsUnsupported,
    UnstorableValue,
    VersionConflict,
)
from .extension import Mongo
from .ids import PyObjectId
from .models import MongoModel, Versioned
from .operators import (
    Filters,
    Operator,
    Where,
    above,
    at_least,
    at_most,
    below,
    contains,
    exists,
    literal,
    not_equal,
    one_of,
    starts_with,
)
from .pages import Page, PageRequest, Paging
from .settings import MongoSettings
from .versions import IfMatch, etag

__all__ = [
    "BadCursor",
    "Collection",
    "CollectionOf",
    "DocumentNotFound",
    "Filters",
    "IfMatch",
    "IndexesRefused",
    "InvalidPatch",
    "Mongo",
    "MongoDatabase",
    "MongoError",
    "MongoModel",
    "MongoSettings",
    "MongoTransaction",
    "NotReady",
    "Operator",
    "Page",
    "PageRequest",
    "Paging",
    "PyObjectId",
    "StoredDocumentInvalid",
    "TransactionsUnsupported",
    "UnstorableValue",
    "VersionConflict",
    "Versioned",
    "Where",
    "above",
    "answers",
    "at_least",
    "at_most",
    "below",
    "contains",
    "etag",
    "exists",
    "get_database",
    "get_transaction",
    "literal",
    "not_equal",
    "one_of",
    "starts_with",
]
