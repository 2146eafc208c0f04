"""Finding what has to be done about enum types, and writing it into revision files."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from alembic.autogenerate import renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from sqlalchemy import Connection, Enum, MetaData, inspect, text
from sqlalchemy.types import TypeEngine

from .operations import Operation, column_types, full_name

_COLUMNS = text("""
    SELECT tn.nspname, c.relname, a.attname FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace tn ON tn.oid = c.relnamespace
    JOIN pg_type t ON t.oid = a.atttypid JOIN pg_namespace n ON n.oid = t.typnamespace
    WHERE t.typname = :name AND n.nspname = coalesce(:schema, current_schema())
    AND c.relkind IN ('r', 'p') AND NOT a.attisdropped ORDER BY 1, 2, a.attnum
""")

Key = tuple[str | None, str]
"""Schema and name of an enum type."""


class EnumOperation(ops.MigrateOperation):
    """Something that is done to an enum type."""

    function: ClassVar[str]
    """What revision files call for it."""

    def __init__(self, key: Key, labels: Sequence[str]) -> None:
        self.enum_schema, self.enum_name = key
        self.labels = list(labels)

    @property
    def key(self) -> Key:
        return self.enum_schema, self.enum_name

    @property
    def shown(self) -> str:
        return full_name(self.enum_name, self.enum_schema)


class CreateEnumOp(EnumOperation):
    """A type that is new."""

    function = "create_enum"

    def reverse(self) -> Operation:
        return DropEnumOp(self.key, self.labels)


class DropEnumOp(EnumOperation):
    """A type that nothing uses any more."""

    function = "drop_enum"

    def reverse(self) -> Operation:
        return CreateEnumOp(self.key, self.labels)


class ChangeEnumOp(EnumOperation):
    """A type with other values than before."""

    function = "change_enum"

    def __init__(
        self, key: Key, labels: Sequence[str], old: Sequence[str], columns: Sequence[str]
    ) -> None:
        super().__init__(key, labels)
        self.old = list(old)
        self.columns = list(columns)

    @property
    def removed(self) -> list[str]:
        return [label for label in self.old if label not in self.labels]

    @property
    def added(self) -> list[str]:
        return [label for label in self.labels if label not in self.old]

    def reverse(self) -> Operation:
        return ChangeEnumOp(self.key, self.old, self.labels, self.columns)


@dataclass(frozen=True)
class EnumChanges:
    """What comes before the other operations, and what comes after them."""

    before: Sequence[Operation]
    after: Sequence[Operation]


def is_named(kind: TypeEngine[Any]) -> bool:
    """Whether PostgreSQL has a type of its own for it."""
    return isinstance(kind, Enum) and kind.native_enum and bool(kind.name)


def enum_changes(
    connection: Connection, metadata: MetaData, operations: Sequence[Operation], initial: bool
) -> EnumChanges:
    """Compare the enum types of the models with those of the database.

    Other databases than PostgreSQL don't have them, and cannot tell: there, what new columns need
    is created.
    """
    wanted = _of_models(metadata)
    touched = dict(_named(column_types(operations)))
    if connection.dialect.name != "postgresql" or initial:
        return EnumChanges(
            [CreateEnumOp(key, touched[key]) for key in touched if key in wanted], []
        )
    there = _of_database(connection)
    before: list[Operation] = [
        CreateEnumOp(key, labels) for key, labels in wanted.items() if key not in there
    ]
    before += [
        ChangeEnumOp(key, labels, there[key], _columns_with(connection, key))
        for key, labels in wanted.items()
        if key in there and list(labels) != list(there[key])
    ]
    after: list[Operation] = [
        DropEnumOp(key, there[key]) for key in touched if key in there and key not in wanted
    ]
    return EnumChanges(before, after)


def _named(types: Iterator[TypeEngine[Any]]) -> Iterator[tuple[Key, Sequence[str]]]:
    for kind in types:
        if isinstance(kind, Enum) and is_named(kind):
            yield (kind.schema, str(kind.name)), kind.enums


def _of_models(metadata: MetaData) -> Mapping[Key, Sequence[str]]:
    return dict(
        _named(column.type for table in metadata.tables.values() for column in table.columns)
    )


def _of_database(connection: Connection) -> Mapping[Key, Sequence[str]]:
    inspector: Any = inspect(connection)
    default = inspector.default_schema_name
    return {
        (None if enum["schema"] == default else enum["schema"], enum["name"]): enum["labels"]
        for enum in inspector.get_enums(schema="*")
    }


def _columns_with(connection: Connection, key: Key) -> list[str]:
    """What uses a type now: it is changed before the tables are, and back after them."""
    schema, name = key
    default = connection.dialect.default_schema_name
    return [
        full_name(f"{table}.{column}", None if namespace == default else namespace)
        for namespace, table, column in connection.execute(
            _COLUMNS, {"name": name, "schema": schema}
        )
    ]


@renderers.dispatch_for(CreateEnumOp)
def _render_create(context: AutogenContext, operation: CreateEnumOp) -> str:
    return _call(operation, repr(operation.labels))


@renderers.dispatch_for(DropEnumOp)
def _render_drop(context: AutogenContext, operation: DropEnumOp) -> str:
    return _call(operation)


@renderers.dispatch_for(ChangeEnumOp)
def _render_change(context: AutogenContext, operation: ChangeEnumOp) -> str:
    return _call(
        operation,
        f"old={operation.old!r}",
        f"new={operation.labels!r}",
        f"columns={operation.columns!r}",
    )


def _call(operation: EnumOperation, *more: str) -> str:
    schema = [] if operation.enum_schema is None else [f"schema={operation.enum_schema!r}"]
    return f"{operation.function}({', '.join([repr(operation.enum_name), *more, *schema])})"
