"""Reading what a response model does not show, of objects that were loaded for it."""

from dataclasses import dataclass
from typing import cast

from sqlalchemy.orm import ORMExecuteState
from sqlalchemy.orm.interfaces import UserDefinedOption

from .callers import reads_attribute

REPEATS = "talarian_repeats"
"""The execution option of queries that repeat for a good reason: nobody is warned of them."""


@dataclass(frozen=True)
class View:
    """For which response a query loads its objects.

    Args:
        model: The name of the response model.
        depth: To how many levels a model that contains itself is loaded.
    """

    model: str
    depth: int | None


class ShownBy(UserDefinedOption):
    """Goes with a statement, and with every object that it loads: its payload is the `View`."""

    propagate_to_loaders = True


def view_of(state: ORMExecuteState) -> View | None:
    """For which response the object was loaded that this statement loads more of."""
    for option in state.user_defined_options:
        if isinstance(option, ShownBy):
            return cast(View, option.payload)
    return None


def reads_unshown(state: ORMExecuteState) -> bool:
    """Whether this loads a relationship that somebody reads and the response does not show.

    Code that waits for the database could do it, once for each object. A flush, a cascade and
    `session.refresh` load relationships too, and may.
    """
    return state.is_relationship_load and view_of(state) is not None and reads_attribute()


def expect_levels(state: ORMExecuteState) -> None:
    """Mark a query that loads one level of a tree: it is the same for each, and no N+1."""
    if state.is_relationship_load and (view := view_of(state)) and view.depth is not None:
        state.update_execution_options(**{REPEATS: True})


def what_to_change(view: View, read: str) -> str:
    """The part of an error's text that says why something was not loaded.

    Args:
        view: For which response the object was loaded.
        read: What was read: `Book.author`.
    """
    if view.depth is not None:
        return (
            f"{view.model} is loaded to depth={view.depth}; if it is what reads {read}, then the "
            "data go deeper: give a greater depth, or a model that ends there."
        )
    return f"The query loads what {view.model} shows: add {read} to that model, or to the query."
