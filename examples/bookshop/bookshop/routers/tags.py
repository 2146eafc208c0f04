"""Tags, a resource that is plain: `CrudRouter` has all of it."""

from talarian.resources import CrudRouter, Filters, Sorting

from bookshop.models import Tag
from bookshop.schemas import TagIn, TagOut


class TagFilters(Filters, model=Tag):
    name__startswith: str | None = None


router = CrudRouter(
    Tag,
    read=TagOut,
    body=TagIn,
    operations=["list", "get", "create", "replace", "update", "delete"],
    filters=TagFilters,
    sorting=Sorting(Tag, Tag.name, default="name"),
    prefix="/tags",
    tags=["tags"],
)
