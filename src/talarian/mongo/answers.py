"""The answers of `failures`, for the documentation of an API."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel


class Message(BaseModel):
    """An error in words."""

    detail: str


class FieldError(BaseModel):
    """What is wrong with one value."""

    type: str
    loc: list[str | int]
    msg: str


class Duplicate(BaseModel):
    """Another document has what must be unique."""

    detail: list[FieldError]


_ANSWERS: Mapping[int | str, dict[str, Any]] = {
    400: {"model": Message, "description": "The cursor is not one of this list"},
    404: {"model": Message, "description": "There is no such document"},
    409: {
        "model": Duplicate | Message,
        "description": "Another document has what must be unique, or this one was changed",
    },
    412: {"model": Message, "description": "There is another version than `If-Match` names"},
    503: {"model": Message, "description": "The database cannot be reached; try again later"},
}


def answers(*status_codes: int) -> dict[int | str, dict[str, Any]]:
    """What an endpoint may answer besides, for its documentation.

        @app.patch("/books/{book_id}", responses=answers(404, 409, 412, 503))

    Args:
        status_codes: 400 for pages, 404 for one document, 409 for what is unique, 412 for versions,
            503 for all that use MongoDB.

    Raises:
        KeyError: For a status code that is none of these.
    """
    return {code: dict(_ANSWERS[code]) for code in status_codes}
