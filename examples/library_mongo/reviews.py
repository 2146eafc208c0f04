"""What both ways of keeping reviews have in common."""

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

Reader = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]{1,40}$")]
"""A reader's name. It becomes the name of a field, so it has no dot and no dollar sign."""


class Review(BaseModel):
    stars: int = Field(ge=1, le=5)
    text: str = Field(max_length=2000)


class NewBook(BaseModel):
    isbn: str
    title: str


class BookWithReviews(BaseModel):
    isbn: str
    title: str
    reviews: dict[Reader, Review]


class Title(BaseModel):
    """What a list of books shows."""

    isbn: str
    title: str
