"""Resources: pages, filters, partial updates, versions and the like. Each can be used alone;
`CrudRouter` puts them together."""

from .bulk import BulkResult, each
from .conflicts import Violation, answering, violation
from .crud import CrudRouter, Operation
from .cursors import InvalidCursor
from .deletion import SoftDelete, restore, soft_delete
from .errors import Conflict, FieldError, ItemError, Message, Refused
from .extension import Resources
from .filters import Filtered, Filters
from .finding import find_one
from .keys import UUIDKey, uuid7
from .keyset import Keyset, Paged, Paging
from .moments import Moment, Timestamps
from .offsets import Numbered, Offset, OffsetPaging
from .operators import EXACT, RANGE, TEXT
from .ordering import Ordering
from .pages import OffsetPage, OffsetSlice, Page, Slice
from .partial import Partial, partial_model
from .positions import OrderedList, Positioned
from .search import SearchIn
from .settings import ResourceSettings
from .sorting import Sorted, Sorting
from .versions import Conditions, Matched, Preconditions, Shown, Versioned, etag
from .writing import created, patch, replace

__all__ = [
    "EXACT",
    "RANGE",
    "TEXT",
    "BulkResult",
    "Conditions",
    "Conflict",
    "CrudRouter",
    "FieldError",
    "Filtered",
    "Filters",
    "InvalidCursor",
    "ItemError",
    "Keyset",
    "Matched",
    "Message",
    "Moment",
    "Numbered",
    "Offset",
    "OffsetPage",
    "OffsetPaging",
    "OffsetSlice",
    "Operation",
    "OrderedList",
    "Ordering",
    "Page",
    "Paged",
    "Paging",
    "Partial",
    "Positioned",
    "Preconditions",
    "Refused",
    "ResourceSettings",
    "Resources",
    "SearchIn",
    "Shown",
    "Slice",
    "SoftDelete",
    "Sorted",
    "Sorting",
    "Timestamps",
    "UUIDKey",
    "Versioned",
    "Violation",
    "answering",
    "created",
    "each",
    "etag",
    "find_one",
    "partial_model",
    "patch",
    "replace",
    "restore",
    "soft_delete",
    "uuid7",
    "violation",
]
