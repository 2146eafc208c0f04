"""What travels over the wire.

For each resource: `Create` is a whole new one, `Update` (PUT) a whole replacement, `Patch` only the
fields that change, and `Read` what the API answers.
"""

from datetime import date
from typing import Annotated, Any, Generic, Literal, TypedDict, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

Item = TypeVar("Item")


def text(max_length: int, min_length: int = 1) -> StringConstraints:
    """A string of so many characters, counted after the white space around it is removed."""
    return StringConstraints(strip_whitespace=True, min_length=min_length, max_length=max_length)


def omissible() -> Any:
    """A field that a PATCH may leave out.

    The default is never read: only the fields that were sent are applied. `| None = None` would
    also let an explicit null through, and most columns cannot hold one.
    """
    return Field(default_factory=lambda: None)


Id = Annotated[int, Field(ge=1, le=2**31 - 1)]
Year = Annotated[int, Field(ge=-3000, le=2100, description="A negative year is BC.")]
Rating = Annotated[int, Field(ge=1, le=5, description="Stars, from 1 to 5.")]
Name = Annotated[str, text(max_length=120)]
Title = Annotated[str, text(max_length=200)]
Prose = Annotated[str, text(min_length=0, max_length=2000)]


class Input(BaseModel):
    """A field nobody knows is most likely a typing error, and a PATCH would silently ignore it."""

    model_config = ConfigDict(extra="forbid")


class Output(BaseModel):
    """Read from the attributes of a database row."""

    model_config = ConfigDict(from_attributes=True)


class ErrorMessage(BaseModel):
    """The body of a 404 and of a 409."""

    detail: str


# Authors


class AuthorCreate(Input):
    name: Name
    born: Year | None = None
    about: Prose = ""


class AuthorUpdate(AuthorCreate):
    """What is left out goes back to its default."""


class AuthorPatch(Input):
    name: Name = omissible()
    born: Year | None = omissible()
    about: Prose = omissible()


class AuthorName(Output):
    id: int
    name: str


class AuthorRead(AuthorName):
    born: int | None
    about: str
    book_count: int


# Books


class BookCreate(Input):
    title: Title
    author_id: Id
    year: Year
    description: Prose = ""


class BookUpdate(BookCreate):
    """What is left out goes back to its default."""


class BookPatch(Input):
    title: Title = omissible()
    author_id: Id = omissible()
    year: Year = omissible()
    description: Prose = omissible()


class BookSummary(Output):
    id: int
    title: str
    year: int
    description: str
    rating: float | None = Field(description="The mean of all reviews; null without any.")
    review_count: int


class BookRead(BookSummary):
    author: AuthorName


class AuthorWithBooks(AuthorRead):
    books: list[BookSummary]


# Reviews


class ReviewCreate(Input):
    reviewer: Name
    rating: Rating
    text: Prose = ""


class ReviewUpdate(ReviewCreate):
    """What is left out goes back to its default."""


class ReviewPatch(Input):
    reviewer: Name = omissible()
    rating: Rating = omissible()
    text: Prose = omissible()


class ReviewRead(Output):
    id: int
    book_id: int
    reviewer: str
    rating: int
    text: str
    written_on: date


# Lists


class Page(BaseModel, Generic[Item]):
    """One page of a list. `total` counts the items of all pages."""

    items: list[Item]
    total: int
    limit: int
    offset: int


class PageOf(TypedDict, Generic[Item]):
    """What an endpoint returns for a `Page`: the same, with database rows for items."""

    items: list[Item]
    total: int
    limit: int
    offset: int


class Paging(Input):
    """Which part of a list to answer."""

    limit: int = Field(default=20, ge=1, le=100, description="Items on a page.")
    offset: int = Field(default=0, ge=0, le=2**31 - 1, description="Items to skip.")


class AuthorQuery(Paging):
    q: Prose = Field(default="", description="Part of the name, in any case.")


BookSort = Literal[
    "title", "-title", "author", "-author", "year", "-year", "rating", "-rating"
]  # fmt: skip


class BookQuery(Paging):
    q: Prose = Field(default="", description="Part of the title, in any case.")
    author_id: Id | None = None
    year_from: Year | None = Field(default=None, description="Published in this year or later.")
    year_to: Year | None = Field(default=None, description="Published in this year or earlier.")
    min_rating: float | None = Field(default=None, ge=1, le=5, description="Mean rating at least.")
    sort: BookSort = Field(default="title", description="A leading minus turns the order round.")

    @model_validator(mode="after")
    def years_in_order(self) -> "BookQuery":
        first, last = self.year_from, self.year_to
        if first is not None and last is not None and first > last:
            raise PydanticCustomError("year_range", "year_from must not be after year_to")
        return self
