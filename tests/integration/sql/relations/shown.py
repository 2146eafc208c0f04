"""Response models of the library, one for each way to show something."""

from typing import Annotated, Any

from pydantic import (
    AliasChoices,
    AliasPath,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    RootModel,
    computed_field,
    model_validator,
)
from typing_extensions import TypeAliasType


class Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class CountryOut(Out):
    name: str


class AuthorOut(Out):
    name: str
    country: CountryOut | None


class TagOut(Out):
    name: str


class ReviewOut(Out):
    stars: int


class PlainOut(Out):
    title: str


class BookOut(Out):
    title: str
    author: AuthorOut


class FullBookOut(BookOut):
    tags: list[TagOut]
    reviews: list[ReviewOut]


class AuthorWithBooksOut(Out):
    name: str
    books: list[FullBookOut]


Tags = TypeAliasType("Tags", list[TagOut])


class AliasedOut(Out):
    model_config = ConfigDict(alias_generator=lambda name: name.removeprefix("the_"))

    the_title: str
    the_tags: Tags
    writer: str = Field(validation_alias=AliasPath("author", "name"))
    stars: int = Field(validation_alias=AliasChoices("rating", AliasPath("reviews", 0, "stars")))


class NamedOut(Out):
    """With what only Python knows, a proxy, a synonym, a hybrid, and nothing but names of tags."""

    name: str
    beginning: str
    shouted: str
    tag_names: Annotated[list[str], BeforeValidator(list)]
    tags: list[Annotated[str, BeforeValidator(lambda tag: tag.name)]]
    from_elsewhere: int = 7

    @computed_field
    def number_of_tags(self) -> int:
        return len(self.tags)


class Reviews(RootModel[list[ReviewOut]]):
    model_config = ConfigDict(from_attributes=True)


class RootedOut(Out):
    reviews: Reviews
    best_reviews: list[ReviewOut]


class ValidatedOut(Out):
    title: str

    @model_validator(mode="before")
    @classmethod
    def shorten(cls, book: Any) -> Any:
        return {"title": book.text}


class LineOut(Out):
    copies: int
    book: PlainOut


class OrderOut(Out):
    lines: list[LineOut]
    books: Annotated[list[PlainOut], BeforeValidator(list)]


class OrderNumberOut(Out):
    id: int


class CategoryOut(Out):
    children: list["CategoryOut"]
    name: str


class ParentOut(Out):
    name: str
    parent: CountryOut | None


class PaperOut(Out):
    kind: str
    pages: int


class AudioOut(Out):
    kind: str
    minutes: int
    reader: AuthorOut


class MediumOut(Out):
    title: str


class TagWithBooksOut(Out):
    name: str
    books: list[BookOut]
