"""The router of a plain resource."""

from collections.abc import Collection, Sequence
from typing import Any, Literal, TypeVar

from pydantic import BaseModel

from talarian import Router
from talarian.exceptions import TalarianError
from talarian.sql import get_read_only_session, get_session

from ..deletion import SoftDelete
from ..filters import Filters
from ..keyset import Paged
from ..offsets import Numbered
from ..pages import OffsetPage, Page
from ..sorting import Sorting
from . import conditions, many, responses, single
from .resource import GetSession, Operation, Resource

M = TypeVar("M")


class CrudRouter(Resource[M], Router):
    """A router with the usual operations on a model, those that are named and no others.

        books = CrudRouter(
            Book,
            read=BookOut,
            body=BookIn,
            operations=["list", "get", "create", "update", "delete"],
            filters=BookFilters,
            sorting=Sorting(Book, Book.title, Book.price),
            prefix="/books",
        )
        app.include_router(books)

    It is made of parts that can be used alone, and adds nothing to them. Where a resource is not
    that plain, override a method (`query`, `add`, `overwrite`, `change`, `remove`, `location`), or
    leave the operation out and write an endpoint of your own on the same router.

    Args:
        model: The mapped class, with a primary key of one column.
        read: What is sent of a row: a model with `from_attributes=True`.
        body: What is sent to make or replace a row.
        changes: What is sent to change a row. By default, `Partial[body]`.
        operations: list, get, create, replace (PUT), update (PATCH), delete, restore, bulk_create,
            bulk_update, bulk_delete.
        filters: What the list can be filtered by. Other parameters are refused.
        sorting: What the list can be sorted by. By default, it is in the order of the keys.
        pages: By cursor (`keyset`) or by number (`offset`).
        page_size: Items of a page when the client does not say.
        max_page_size: Items that a client may ask for.
        require_match: Refuse changes without `If-Match` (428), where the model has versions.
        show_deleted: Let clients ask for deleted items with `include_deleted=true`.
        bulk_limit: Items of one request.
        other_parameters: Names of query parameters that dependencies of the router read.
        session: The dependency that gives a session, for another database than the first.
        read_session: The same for reading.
        label: What operation ids end with: `list_book`. By default, the name of the model.
        options: Those of a router: `prefix`, `tags`, `dependencies` …

    Raises:
        TalarianError: When an operation cannot work; the text says what is missing.
    """

    def __init__(
        self,
        model: type[M],
        *,
        read: type[BaseModel],
        body: type[BaseModel] | None = None,
        changes: type[BaseModel] | None = None,
        operations: Sequence[Operation],
        filters: type[Filters] | None = None,
        sorting: Sorting | None = None,
        pages: Literal["keyset", "offset"] = "keyset",
        page_size: int = 20,
        max_page_size: int = 100,
        require_match: bool = False,
        show_deleted: bool = False,
        bulk_limit: int = 100,
        other_parameters: Collection[str] = (),
        session: GetSession = get_session,
        read_session: GetSession = get_read_only_session,
        label: str | None = None,
        **options: Any,
    ) -> None:
        Router.__init__(self, **options)
        Resource.__init__(
            self,
            model,
            read=read,
            body=body,
            changes=changes,
            operations=tuple(operations),
            filters=filters,
            sorting=sorting,
            session=session,
            read_session=read_session,
            label=label,
        )
        self.pages = pages
        self.page_size = page_size
        self.max_page_size = max_page_size
        self.require_match = require_match
        self.show_deleted = show_deleted
        self.bulk_limit = bulk_limit
        self.other_parameters = frozenset(other_parameters)
        if require_match and not self.versioned:
            raise TalarianError(
                f"require_match=True needs versions, which {model.__name__} has not: derive it "
                "from talarian.resources.Versioned."
            )
        if show_deleted and not issubclass(model, SoftDelete):
            raise TalarianError(
                f"show_deleted=True: nothing of {model.__name__} is marked as deleted. Derive it "
                "from talarian.resources.SoftDelete."
            )
        # In this order, because "/bulk" would be taken for an id.
        for operation in _IN_ORDER:
            if operation in self.operations:
                getattr(self, f"_add_{operation}")()

    def _add_list(self) -> None:
        by_cursor = self.pages == "keyset"
        read: Any = self.read
        known = {"sort", "limit", *({"cursor"} if by_cursor else {"skip", "total"})}
        known |= self.other_parameters | ({"include_deleted"} if self.show_deleted else set())
        paging = (Paged if by_cursor else Numbered)(self.page_size, self.max_page_size)
        self.add_api_route(
            "",
            many.list_(self, paging, known, self.show_deleted),
            methods=["GET"],
            response_model=Page[read] if by_cursor else OffsetPage[read],
            responses=responses.listed(),
            **self._named("list"),
        )

    def _add_get(self) -> None:
        self.add_api_route(
            "/{id}",
            single.get(self, conditions.shown(self.versioned)),
            methods=["GET"],
            response_model=self.read,
            responses=responses.shown(self.versioned),
            **self._named("get"),
        )

    def _add_create(self) -> None:
        self.add_api_route(
            "",
            single.create(self, self._matched(False)),
            methods=["POST"],
            status_code=201,
            response_model=self.read,
            responses=responses.added(self.versioned, self.located),
            **self._named("create"),
        )

    def _add_replace(self) -> None:
        self._add_writing("replace", "/{id}", "PUT", single.replace)

    def _add_update(self) -> None:
        self._add_writing("update", "/{id}", "PATCH", single.update)

    def _add_restore(self) -> None:
        self._add_writing("restore", "/{id}/restore", "POST", single.restore)

    def _add_writing(self, operation: Operation, path: str, method: str, make: Any) -> None:
        self.add_api_route(
            path,
            make(self, self._matched(self.require_match)),
            methods=[method],
            response_model=self.read,
            responses=responses.written(self.versioned, self.require_match),
            **self._named(operation),
        )

    def _add_delete(self) -> None:
        self.add_api_route(
            "/{id}",
            single.delete(self, self._matched(self.require_match)),
            methods=["DELETE"],
            status_code=204,
            response_model=None,
            responses=responses.written(self.versioned, self.require_match, 204),
            **self._named("delete"),
        )

    def _add_bulk_create(self) -> None:
        endpoint = many.bulk_create(self, self.bulk_limit)
        self._add_bulk("bulk_create", "/bulk", "POST", endpoint, self.read)

    def _add_bulk_update(self) -> None:
        endpoint = many.bulk_update(self, self.bulk_limit, self.require_match)
        self._add_bulk("bulk_update", "/bulk", "PATCH", endpoint, self.read)

    def _add_bulk_delete(self) -> None:
        endpoint = many.bulk_delete(self, self.bulk_limit)
        self._add_bulk("bulk_delete", "/bulk/delete", "POST", endpoint, self.key_shown)

    def _add_bulk(
        self, operation: Operation, path: str, method: str, endpoint: Any, item: Any
    ) -> None:
        self.add_api_route(
            path,
            endpoint,
            methods=[method],
            response_model=many.result_model(item),
            responses=responses.bulk(operation != "bulk_create", self.versioned),
            **self._named(operation),
        )

    def _matched(self, required: bool) -> Any:
        return conditions.matched(self.versioned, required)

    def _named(self, operation: Operation) -> dict[str, Any]:
        name = f"{operation}_{self.label}"
        return {"name": name, "operation_id": name, "summary": name.replace("_", " ").capitalize()}


_IN_ORDER: Sequence[Operation] = (
    "list",
    "create",
    "bulk_create",
    "bulk_update",
    "bulk_delete",
    "get",
    "replace",
    "update",
    "delete",
    "restore",
)
