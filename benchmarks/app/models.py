"""The models of every contender that validates with pydantic."""

from pydantic import BaseModel


class Item(BaseModel):
    """What comes in."""

    name: str
    price: float
    tags: list[str] = []
    stock: int | None = None


class ItemOut(BaseModel):
    """What goes out."""

    id: int
    name: str
    price: float
    tags: list[str]


class ItemQuery(BaseModel):
    """The parameters of `GET /items/{item_id}`, for frameworks that leave reading them to us."""

    item_id: int
    q: str | None = None
    limit: int = 10


def created(item: Item) -> ItemOut:
    return ItemOut(id=1, name=item.name, price=item.price, tags=item.tags)
