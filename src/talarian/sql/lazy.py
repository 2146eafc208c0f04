"""Reading an attribute that was not loaded, in async code: an error that says what to do."""

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import InstanceState, MapperProperty, ORMExecuteState
from sqlalchemy.orm.exc import DetachedInstanceError

from .callers import user_line
from .errors import LazyLoadError
from .unshown import view_of, what_to_change


def refuse_lazy_load(state: ORMExecuteState) -> None:
    """Raise for a load that began with reading an attribute: that cannot wait for the database,
    or it would do so for every object of a response.

    Raises:
        LazyLoadError: Names the attribute, the line that read it, and the loader option to add.
    """
    line = user_line()
    where = f" at {line}" if line else ""
    owner = state.lazy_loaded_from
    if state.is_relationship_load and owner is not None:
        raise LazyLoadError(f"{_relationship(state, owner)}{where}.")
    if state.is_column_load:
        entity = state.bind_mapper.class_.__name__ if state.bind_mapper else "The object"
        raise LazyLoadError(
            f"{entity} has attributes that are not loaded: deferred ones, or values that the "
            "database made and that were not read back. Reading one would need a query, which "
            "async code must await: `await session.refresh(object)`, or "
            f"`.options(undefer(…))` in the query that loads it. {_shown(state, 'it')}"
            f"It was read{where}."
        )


def _relationship(state: ORMExecuteState, owner: InstanceState[object]) -> str:
    prop = getattr(state.loader_strategy_path, "prop", None)
    name = prop.key if isinstance(prop, MapperProperty) else "a relationship"
    entity = owner.mapper.class_.__name__
    return (
        f"{entity}.{name} was not loaded. Reading it needs a query for each {entity}, which async "
        f"code must await. Load it with its {entity}: select({entity}).options("
        f"selectinload({entity}.{name})); or await session.refresh(object, ['{name}']). "
        f"{_shown(state, f'{entity}.{name}')}It was read"
    )


def _shown(state: ORMExecuteState, read: str) -> str:
    view = view_of(state)
    return f"{what_to_change(view, read)} " if view else ""


def explain_detached_errors() -> None:
    """Add what to do to SQLAlchemy's error about an object whose session is over.

    Its text names the attribute. It is raised in places that nothing of ours is around: background
    tasks, streams, templates. So the words are added to the class, for the whole process; what is
    raised, and when, stays SQLAlchemy's.
    """
    DetachedInstanceError.__str__ = _explained  # type: ignore[method-assign]


def _explained(error: SQLAlchemyError) -> str:
    return (
        f"{SQLAlchemyError.__str__(error)} The session of the object was over when the attribute "
        "was read. Load the attribute together with the object, "
        ".options(selectinload(…)); or open a session where it is needed, "
        "`async with db.transaction() as session:`, and get the object from that one."
    )
