"""What the driver's errors mean. The details are as a MongoDB 7 sends them."""

from typing import Any

import pytest
from pymongo.errors import (
    AutoReconnect,
    BulkWriteError,
    DuplicateKeyError,
    ExecutionTimeout,
    NetworkTimeout,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
    WaitQueueTimeoutError,
    WTimeoutError,
)

from talarian.mongo.backends.meaning import Busy, Conflict, Duplicate, Unavailable, meaning_of

DUPLICATE: dict[str, Any] = {
    "index": 0,
    "code": 11000,
    "errmsg": 'E11000 duplicate key error collection: a.b index: x dup key: { email: "secret" }',
    "keyPattern": {"email": 1, "_id": 1},
    "keyValue": {"email": "secret"},
}


def labelled(error: PyMongoError, *labels: str) -> PyMongoError:
    for label in labels:
        error._add_error_label(label)
    return error


def refused() -> PyMongoError:
    error = AutoReconnect("host:1: [Errno 111] Connection refused")
    error.__cause__ = ConnectionRefusedError()
    return error


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (DuplicateKeyError("x", 11000, DUPLICATE), Duplicate(("email", "id"))),
        (DuplicateKeyError("x", 11000, {"errmsg": "x"}), Duplicate(())),
        (BulkWriteError({"writeErrors": [DUPLICATE]}), Duplicate(("email", "id"))),
        (BulkWriteError({"writeErrors": [{"code": 121}]}), None),
        (BulkWriteError({"writeErrors": []}), None),
        (WaitQueueTimeoutError("x"), Busy()),
        (ServerSelectionTimeoutError("x"), Unavailable(certain=True)),
        (refused(), Unavailable(certain=True)),
        (AutoReconnect("connection closed"), Unavailable(certain=False)),
        (NetworkTimeout("x"), Unavailable(certain=False)),
        (ExecutionTimeout("x", 50), Unavailable(certain=False)),
        (WTimeoutError("x", 64), Unavailable(certain=False)),
        (labelled(AutoReconnect("x"), "NoWritesPerformed"), Unavailable(certain=True)),
        (labelled(AutoReconnect("x"), "TransientTransactionError"), Unavailable(certain=True)),
        (
            labelled(
                AutoReconnect("x"), "TransientTransactionError", "UnknownTransactionCommitResult"
            ),
            Unavailable(certain=False),
        ),
        (labelled(OperationFailure("WriteConflict", 112), "TransientTransactionError"), Conflict()),
        (OperationFailure("bad query", 2), None),
    ],
)
def test_errors(error: PyMongoError, meaning: object) -> None:
    assert meaning_of(error) == meaning
