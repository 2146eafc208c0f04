"""Attributes that are made when somebody asks for them."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class later(Generic[T]):
    """An attribute that is made when it is first read, unless somebody has set it before."""

    def __init__(self, make: Callable[[Any], T]) -> None:
        self._make = make

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, instance: Any, owner: type) -> T:
        made = instance.__dict__[self._name] = self._make(instance)
        return made
