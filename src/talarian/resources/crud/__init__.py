"""A plain resource: the parts of this battery, put together."""

from .resource import Operation
from .router import CrudRouter

__all__ = ["CrudRouter", "Operation"]
