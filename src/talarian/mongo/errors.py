"""What can go wrong with documents, for those who answer requests.

The errors of the driver (`pymongo.errors`) stay what they are; `failures` has their answers.
"""

from talarian.exceptions import TalarianError


class MongoError(Exception):
    """Base class of the errors of this battery. Their texts show no values of documents."""


class DocumentNotFound(MongoError):
    """There is no document with this id. Answered with 404."""


class VersionConflict(MongoError):
    """The document was changed since it was read. Answered with 412 if the client sent `If-Match`
    (RFC 9110, section 13.1.1), else with 409."""


class BadCursor(MongoError):
    """A cursor that nobody here made, or that was made for another list. Answered with 400."""


class UnstorableValue(MongoError):
    """A value is of a right type and MongoDB cannot keep it: an integer of more than 64 bits, half
    a character, a document of more than 16 MB; or it is more than MongoDB searches for. Answered
    with 422."""


class InvalidPatch(MongoError):
    """A change would leave a document that does not fit its model. Answered with 422.

    Args:
        errors: As pydantic lists them, without the values.
    """

    def __init__(self, errors: list[dict[str, object]]) -> None:
        self.errors = errors
        super().__init__("The change does not fit the model of the document.")


class StoredDocumentInvalid(MongoError):
    """What lies in the database does not fit the model it is read as."""


class NotReady(MongoError):
    """The server has not been reached since the application started, or what was to be done there
    failed. Answered with 503."""


class TransactionsUnsupported(TalarianError):
    """The server is a single one, and MongoDB has transactions in replica sets only."""


class IndexesRefused(TalarianError):
    """The server did not create an index."""
