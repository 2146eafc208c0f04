"""Answers to what clients got wrong, in FastAPI's form: `{"detail": …}`."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

from talarian import HTTPException


class Message(BaseModel):
    """An error in words."""

    detail: str


class FieldError(BaseModel):
    """What is wrong with one value: one of the errors of a 422, with other reasons."""

    type: str
    loc: list[str | int]
    msg: str


class Conflict(BaseModel):
    """What is in the way, and of which field."""

    detail: list[FieldError]


class ItemError(BaseModel):
    """What is wrong with one item of many."""

    index: int
    status: int
    errors: list[FieldError]


def problem(kind: str, loc: Sequence[str | int], msg: str) -> dict[str, Any]:
    """Return one error in the form of those of a 422.

    Args:
        kind: A word for programs.
        loc: Where: `("body", "title")`.
        msg: A sentence for people.
    """
    return {"type": kind, "loc": list(loc), "msg": msg}


class Refused(HTTPException):
    """A request that cannot be fulfilled, with an error for each value that is in the way."""

    def __init__(self, status_code: int, *errors: dict[str, Any]) -> None:
        self.errors = list(errors)
        super().__init__(status_code, self.errors)
