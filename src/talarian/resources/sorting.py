"""Sorting: by which columns a client may order."""

from functools import lru_cache
from typing import Annotated, Any

from sqlalchemy.orm import InstrumentedAttribute

from talarian import Depends, Query
from talarian.exceptions import RequestValidationError, TalarianError

from .errors import problem
from .ordering import By, Ordering


class Sorting:
    """The columns by which a client may order, by the names that it uses.

        Sorting(Book, Book.title, Book.price, default="-price")
        Sorting(Book, name=func.lower(Book.title, type_=String))

    Args:
        model: The mapped class.
        columns: Columns, which go by their own names.
        default: The order when the client does not say.
        expressions: Anything else that is comparable, by the name that it gets.

    Raises:
        TalarianError: When one cannot be ordered by.
    """

    def __init__(
        self,
        model: type[Any],
        *columns: InstrumentedAttribute[Any] | Any,
        default: str = "",
        **expressions: By,
    ) -> None:
        self.model = model
        self.names: dict[str, By] = {column.key: column for column in columns} | expressions
        for by in self.names.values():
            Ordering(model, by)
        self.default = default
        self._read = lru_cache(maxsize=256)(self._parse)
        try:
            self.read(default)
        except RequestValidationError as error:
            raise TalarianError(f"default={default!r}: {error.errors()[0]['msg']}") from None

    def read(self, text: str) -> Ordering:
        """Return the order that a client asks for.

        Args:
            text: Names with commas between them, a minus in front of those whose largest value
                comes first: `-price,title`.

        Raises:
            RequestValidationError: When it names what cannot be ordered by, or one name twice.
        """
        return self._read(text)

    def _parse(self, text: str) -> Ordering:
        wanted = [name.strip() for name in text.split(",") if name.strip()]
        seen: set[str] = set()
        by: list[By] = []
        for each in wanted:
            name = each.removeprefix("-")
            if name not in self.names:
                allowed = ", ".join(self.names) or "nothing"
                raise _refused(f"Cannot sort by {name[:80]!r}. It can be sorted by: {allowed}")
            if name in seen:
                raise _refused(f"{name!r} is there twice")
            seen.add(name)
            column: Any = self.names[name]
            by.append(column.desc() if each.startswith("-") else column)
        return Ordering(self.model, *by)


def _refused(msg: str) -> RequestValidationError:
    return RequestValidationError([problem("unknown_sort", ("query", "sort"), msg)])


def Sorted(sorting: Sorting) -> Any:
    """A dependency that reads `sort`: `Annotated[Ordering, Sorted(Sorting(Book, Book.title))]`.

    Args:
        sorting: What may be ordered by.
    """
    names = ", ".join(f"`{name}`" for name in sorting.names)
    description = f"Names with commas between them, a minus for the largest first. Names: {names}."

    async def get_order(
        sort: Annotated[str, Query(description=description, max_length=500)] = sorting.default,
    ) -> Ordering:
        return sorting.read(sort)

    return Depends(get_order)
