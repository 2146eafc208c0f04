"""What must be loaded so that a response can be made: decided from the model and the mapper."""

from collections.abc import Iterator
from inspect import getattr_static
from typing import Any, cast

from pydantic import BaseModel
from sqlalchemy import inspect
from sqlalchemy.ext.associationproxy import AssociationProxyExtensionType
from sqlalchemy.orm import Mapper, RelationshipProperty

from talarian.exceptions import TalarianError

from .reads import Path, Read, reads, reads_anything

Models = tuple[type[BaseModel], ...]

_NEVER_EAGER = frozenset({"dynamic", "write_only"})
_EAGER = frozenset({"joined", "selectin", "subquery", "immediate"})


class Loading:
    """What of one entity is loaded, and in turn of those that it is related to."""

    def __init__(self, mapper: Mapper[Any]) -> None:
        self.mapper = mapper
        self.columns: set[str] = set(_always(mapper))
        self.whole = mapper.polymorphic_on is not None
        """All columns: something reads the object whose needs nobody can see from outside."""
        self.relations: dict[tuple[Mapper[Any], str], Loading] = {}
        """By the mapper that has the relationship (a subclass, perhaps) and its name."""
        self.subclasses: dict[Any, None] = {}
        """Those of a polymorphic entity whose own columns are loaded, in their order."""

    @property
    def entity(self) -> Any:
        return self.mapper.class_

    def read_with_python(self) -> None:
        """Load all columns, of every subclass: code reads the object."""
        self.whole = True
        for mapper in self.mapper.self_and_descendants:
            self.of_subclass(mapper)

    def of_subclass(self, mapper: Mapper[Any]) -> None:
        """Load what rows of this subclass have of their own."""
        if mapper is not self.mapper:
            self.subclasses[mapper.class_] = None

    def relation(self, owner: Mapper[Any], prop: RelationshipProperty[Any]) -> "Loading":
        return self.relations.setdefault((owner, prop.key), Loading(prop.mapper))

    def unwanted(self) -> Iterator[Any]:
        """Relationships that are set to be always loaded, and that the response does not show."""
        shown = {name for _, name in self.relations}
        for prop in self.mapper.relationships:
            if prop.lazy in _EAGER and prop.key not in shown and not self.whole:
                yield prop.class_attribute


def loading(models: Models, entity: type[Any], depth: int | None) -> Loading:
    """Decide what to load of an entity for a response.

    Raises:
        TalarianError: When the entity has not what a model shows, when that cannot be loaded
            with it, or when a model contains itself and no depth says how often.
    """
    mapper = inspect(entity, raiseerr=False)
    if not isinstance(mapper, Mapper):
        raise TalarianError(f"{entity!r} is not a mapped class.")
    mapper.registry.configure()
    root = Loading(mapper)
    _Walk(depth).show(models, root, ())
    return root


class _Walk:
    """A walk through models and mappers side by side."""

    def __init__(self, depth: int | None) -> None:
        self._depth = depth

    def show(self, models: Models, loading: Loading, trail: tuple[Any, ...]) -> None:
        """Load what these models read of an entity. The trail is where the walk has been."""
        for model in models:
            here = (model, loading.mapper)
            if self._is_deep_enough(here, trail):
                loading.read_with_python()
                continue
            if reads_anything(model):
                loading.read_with_python()
            for read in reads(model):
                self._show(read, model, loading, (*trail, here))

    def _is_deep_enough(self, here: Any, trail: tuple[Any, ...]) -> bool:
        levels = trail.count(here)
        if levels and self._depth is None:
            name = here[0].__name__
            raise TalarianError(
                f"{name} contains itself, and so has no end. Say how many levels of it to load: "
                f"select_for({name}, {trail[0][1].class_.__name__}, depth=3)."
            )
        return self._depth is not None and levels >= self._depth

    def _show(
        self, read: Read, model: type[BaseModel], loading: Loading, trail: tuple[Any, ...]
    ) -> None:
        for path in read.paths:
            if _owners(loading.mapper, path[0]):
                self._load(path, read, loading, trail)
                return
        if read.required:
            entity, name = loading.entity.__name__, read.paths[0][0]
            raise TalarianError(
                f"{read.field} reads {entity}.{name}, which does not exist. Declare it in {entity} "
                "(a column, a relationship, a property), name another attribute with "
                "validation_alias, or give the field a default."
            )

    def _load(self, path: Path, read: Read, loading: Loading, trail: tuple[Any, ...]) -> None:
        """Load the attribute at a path, and what the models of the field read of it."""
        for owner in _owners(loading.mapper, path[0]):
            loading.of_subclass(owner)
            self._load_of(owner, path, read, loading, trail)

    def _load_of(
        self,
        owner: Mapper[Any],
        path: Path,
        read: Read,
        loading: Loading,
        trail: tuple[Any, ...],
    ) -> None:
        name, *rest = path
        if proxied := _proxied(owner, name):
            self._load((*proxied, *rest), read, loading, trail)
        elif name in owner.synonyms:
            self._load((owner.synonyms[name].name, *rest), read, loading, trail)
        elif name in owner.relationships:
            prop = owner.relationships[name]
            _refuse_never_eager(prop, read)
            self._load_related(tuple(rest), read, loading.relation(owner, prop), trail)
        elif name in owner.composites:
            loading.columns.update(prop.key for prop in owner.composites[name].props)
        elif name in owner.column_attrs:
            loading.columns.add(name)
        else:
            loading.read_with_python()

    def _load_related(
        self, rest: Path, read: Read, related: Loading, trail: tuple[Any, ...]
    ) -> None:
        if rest:
            self._load(rest, read, related, trail)
        elif read.models:
            self.show(read.models, related, trail)
        else:
            related.read_with_python()


def _owners(mapper: Mapper[Any], name: str) -> list[Mapper[Any]]:
    """Which classes have the attribute: the entity, or else subclasses that a row may be of."""
    if _has(mapper, name):
        return [mapper]
    return [each for each in mapper.self_and_descendants if _has(each, name)]


def _has(mapper: Mapper[Any], name: str) -> bool:
    return name in mapper.all_orm_descriptors or (
        getattr_static(mapper.class_, name, mapper) is not mapper
    )


def _proxied(mapper: Mapper[Any], name: str) -> Path | None:
    """What an association proxy stands for."""
    descriptor = mapper.all_orm_descriptors.get(name)
    if descriptor is None or (
        descriptor.extension_type is not AssociationProxyExtensionType.ASSOCIATION_PROXY
    ):
        return None
    proxy = cast(Any, descriptor)
    return (proxy.target_collection, proxy.value_attr)


def _refuse_never_eager(prop: RelationshipProperty[Any], read: Read) -> None:
    if prop.lazy in _NEVER_EAGER:
        raise TalarianError(
            f"{read.field} shows {prop}, which is declared lazy={prop.lazy!r}: it cannot be loaded "
            "with its object. Take it out of the model and query it, or declare it without lazy=."
        )


def _always(mapper: Mapper[Any]) -> Iterator[str]:
    """Keys and the version: who has the object can use them without another query."""
    for prop in mapper.column_attrs:
        for column in prop.columns:
            keys = column.primary_key or getattr(column, "foreign_keys", None)
            if keys or column is mapper.version_id_col:
                yield prop.key
