"""Filters: which rows a client may ask for, as a model of the query string."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, create_model, field_validator
from pydantic_core import PydanticCustomError
from sqlalchemy import ColumnElement, Select
from sqlalchemy.orm import InstrumentedAttribute

from talarian import Depends, Query, Request
from talarian.exceptions import RequestValidationError, TalarianError

from .columns import attribute, fitted, mapper_of, python_type
from .errors import problem
from .operators import OPERATORS, Operator
from .search import SearchIn

F = TypeVar("F", bound="Filters")

_MOST_VALUES = 200


class Filters(BaseModel):
    """Base class of filters: each field is a parameter of the query string.

        class BookFilters(Filters, model=Book):
            title: str | None = None
            title__contains: str | None = None
            price__le: Decimal | None = None
            tag__in: list[str] | None = None
            author__name: str | None = None
            q: Annotated[str | None, SearchIn("title", "summary")] = None

        @app.get("/books", response_model=Page[BookOut])
        async def read(
            filters: Annotated[BookFilters, Filtered(BookFilters)],
            session: ReadOnlySession,
            paging: Paging,
        ) -> Slice[Book]:
            return await paging.page(session, filters.apply(select(Book)), Ordering(Book))

    A name is that of a column, two underscores and an operator, or the column alone for `eq`. In
    front of it may be a relationship and two underscores. Only what is declared can be asked for.
    The operators: eq, ne, lt, le, gt, ge, in, is_null, contains, startswith.

    Raises:
        TalarianError: When a field names no column, or no operator.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    model: ClassVar[type[Any]]
    targets: ClassVar[dict[str, "Target"]] = {}

    def __init_subclass__(cls, *, model: type[Any] | None = None, **options: Any) -> None:
        # pydantic calls the other one as well, when there are fields.
        super().__init_subclass__(**options)

    @classmethod
    def __pydantic_init_subclass__(cls, *, model: type[Any] | None = None, **options: Any) -> None:
        super().__pydantic_init_subclass__(**options)
        if model is not None:
            cls.model = model
        elif not hasattr(cls, "model"):
            raise TalarianError(
                f"Say which rows {cls.__name__} is for: class {cls.__name__}(Filters, model=Book)."
            )
        cls.targets = {
            name: _search(cls.model, field.metadata) or _target(cls.model, name)
            for name, field in cls.model_fields.items()
        }
        for name, field in cls.model_fields.items():
            field.description = field.description or cls.targets[name].explained()
        cls.model_rebuild(force=True)

    @field_validator("*")
    @classmethod
    def _fit(cls, value: Any, info: ValidationInfo) -> Any:
        if value is None:
            return None
        try:
            return cls.targets[str(info.field_name)].fit(value)
        except ValueError as error:
            raise PydanticCustomError(
                "does_not_fit", "Input {reason}", {"reason": str(error)}
            ) from None

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        """The conditions for what the client has sent; they all must hold."""
        for name, target in self.targets.items():
            if (value := getattr(self, name)) is not None:
                yield target.condition(value)

    def apply(self, statement: Select[Any]) -> Select[Any]:
        """Add the conditions to a `select` of the model."""
        return statement.where(*self.conditions())

    @classmethod
    def refuse_unknown(cls, sent: Collection[str], known: Collection[str] | None = None) -> None:
        """Refuse parameters that look like filters and are none.

        Args:
            sent: The names of all parameters of a request.
            known: All others that there are, if every unknown one is to be refused. Without it,
                only names of columns and names with two underscores are.

        Raises:
            RequestValidationError: Names them, and the filters that there are.
        """
        names = {field.alias or name: name for name, field in cls.model_fields.items()}
        columns = mapper_of(cls.model).column_attrs
        errors: list[dict[str, Any]] = []
        for name in dict.fromkeys(sent):
            if name in names or (known is not None and name in known):
                continue
            if known is not None or "__" in name or name in columns:
                allowed = ", ".join([*names, *sorted(known or ())])
                msg = f"There is no such parameter. There are: {allowed}"
                errors.append(problem("unknown_parameter", ("query", name), msg))
        if errors:
            raise RequestValidationError(errors)

    @classmethod
    def of(
        cls,
        model: type[Any],
        fields: dict[str, Sequence[str]],
        search: SearchIn | None = None,
    ) -> type[Self]:
        """Make a class of filters whose types are those of the columns.

            Filters.of(Book, {"title": TEXT, "price": RANGE, "author__name": ["eq"]})

        Args:
            model: The mapped class.
            fields: The operators of each column.
            search: With it, `q` is a search.
        """
        declared: dict[str, Any] = {}
        for name, operators in fields.items():
            for operator in operators:
                full = name if operator == "eq" else f"{name}__{operator}"
                declared[full] = _declared(_target(model, full))
        if search is not None:
            words = Field(default=None, max_length=200)
            declared["q"] = (Annotated[str | None, search], words)
        name = f"{model.__name__}Filters"
        made: type[Self] = create_model(
            name, __base__=cls, __cls_kwargs__={"model": model}, __module__=__name__, **declared
        )
        return made


@dataclass(frozen=True, slots=True)
class Target:
    """What one parameter asks for.

    Args:
        column: The column that is compared.
        operator: How.
        through: The relationship in front, if there is one.
    """

    column: InstrumentedAttribute[Any]
    operator: Operator
    through: InstrumentedAttribute[Any] | None = None

    def fit(self, value: Any) -> Any:
        """Return a value as the column compares it.

        Raises:
            ValueError: When no such column could have it.
        """
        if self.operator.takes == "flag":
            return value
        if self.operator.takes != "values":
            return fitted(self.column.expression, value, stored=False)
        if len(value) > _MOST_VALUES:
            raise ValueError(f"must have at most {_MOST_VALUES} values")
        return [fitted(self.column.expression, each, stored=False) for each in value]

    def explained(self) -> str:
        """For the documentation."""
        owner = f"{self.through.key}." if self.through is not None else ""
        return f"`{owner}{self.column.key}` {self.operator.means}."

    def condition(self, value: Any) -> ColumnElement[bool]:
        condition = self.operator.condition(self.column, value)
        if self.through is None:
            return condition
        related: ColumnElement[bool] = (
            self.through.any(condition)
            if self.through.property.uselist
            else self.through.has(condition)
        )
        return related


@dataclass(frozen=True, slots=True)
class _SearchTarget(Target):
    """A search, which has several columns: `column` is the first."""

    search: SearchIn | None = None

    def explained(self) -> str:
        return "Words that must all be found."

    def condition(self, value: Any) -> ColumnElement[bool]:
        assert self.search is not None
        return self.search.condition(self.column.class_, value)


def _search(model: type[Any], metadata: Sequence[Any]) -> Target | None:
    for each in metadata:
        if isinstance(each, SearchIn):
            columns = [attribute(model, name) for name in each.columns]
            return _SearchTarget(columns[0], OPERATORS["contains"], search=each)
    return None


def _target(model: type[Any], name: str) -> Target:
    parts = name.split("__")
    operator = OPERATORS[parts.pop()] if len(parts) > 1 and parts[-1] in OPERATORS else None
    through: InstrumentedAttribute[Any] | None = None
    relationships = mapper_of(model).relationships
    if len(parts) == 2 and parts[0] in relationships:
        through = getattr(model, parts[0])
        model = relationships[parts[0]].mapper.class_
        parts = parts[1:]
    if len(parts) != 1:
        raise TalarianError(
            f"The filter {name!r} is not COLUMN__OPERATOR of {model.__name__}. Operators: "
            f"{', '.join(OPERATORS)}. Relationships: {', '.join(relationships.keys()) or 'none'}."
        )
    return Target(attribute(model, parts[0]), operator or OPERATORS["eq"], through)


def _declared(target: Target) -> tuple[Any, Any]:
    operator = target.operator
    own: Any = python_type(target.column.expression)
    kind: Any = {"value": own, "values": list[own], "text": str, "flag": bool}[operator.takes]
    return kind | None, None


def Filtered(filters: type[F], known: Collection[str] | None = None) -> Any:
    """A dependency that reads filters: `Annotated[BookFilters, Filtered(BookFilters)]`.

    Args:
        filters: The class.
        known: As in `Filters.refuse_unknown`.
    """

    async def get_filters(request: Request, given: Any) -> Any:
        filters.refuse_unknown(request.query_params.keys(), known)
        return given

    get_filters.__annotations__["given"] = Annotated[filters, Query()]
    return Depends(get_filters)
