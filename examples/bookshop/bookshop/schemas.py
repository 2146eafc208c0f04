"""What travels over the wire.

For each resource: `In` is a whole new one (POST) or a whole replacement (PUT), and `Out` is what
the API answers. What a PATCH sends is `Partial[In]`.
"""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints


def text(max_length: int, min_length: int = 1) -> StringConstraints:
    """A string of so many characters, counted after the white space around it is removed."""
    return StringConstraints(strip_whitespace=True, min_length=min_length, max_length=max_length)


Year = Annotated[int, Field(ge=-3000, le=2100, description="A negative year is BC.")]
Stars = Annotated[int, Field(ge=1, le=5, description="From 1 to 5.")]
Name = Annotated[str, text(max_length=120)]
Title = Annotated[str, text(max_length=200)]
Word = Annotated[str, text(max_length=40)]
Prose = Annotated[str, text(min_length=0, max_length=2000)]


class Input(BaseModel):
    """A field nobody knows is most likely a typing error, and a PATCH would silently ignore it."""

    model_config = ConfigDict(extra="forbid")


class Output(BaseModel):
    """Read from the attributes of a database row."""

    model_config = ConfigDict(from_attributes=True)


# Tags


class TagIn(Input):
    name: Word


class TagName(Output):
    id: int
    name: str


class TagOut(TagName):
    book_count: int


# Authors


class AuthorIn(Input):
    name: Name
    born: Year | None = None
    about: Prose = ""


class AuthorName(Output):
    id: int
    name: str


class AuthorOut(AuthorName):
    born: int | None
    about: str
    book_count: int


# Books


class BookIn(Input):
    title: Title
    author_id: int
    year: Year
    description: Prose = ""
    # Not a column of books: `exclude` keeps it out of what is written there.
    tag_ids: Annotated[list[int], Field(max_length=20, exclude=True)] = []


class BookSummary(Output):
    id: int
    title: str
    year: int
    description: str
    rating: float | None = Field(description="The mean of all reviews; null without any.")
    review_count: int


class BookOut(BookSummary):
    author: AuthorName
    tags: list[TagName]
    created_at: datetime
    updated_at: datetime


class AuthorWithBooks(AuthorOut):
    books: list[BookSummary]


# Reviews


class ReviewIn(Input):
    reviewer: Name
    rating: Stars
    text: Prose = ""


class ReviewOut(Output):
    id: int
    book_id: int
    reviewer: str
    rating: int
    text: str
    created_at: datetime
