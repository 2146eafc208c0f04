"""The difference between the models and a database, as operations."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from alembic.autogenerate import produce_migrations
from alembic.operations import ops
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, MetaData
from sqlalchemy.schema import SchemaItem

from talarian.sql.migration_options import MigrationOptions

from .checks import with_checks
from .conversions import with_conversions
from .default_comparison import PLUGIN
from .enum_operations import enum_changes
from .naming import give_names, has_convention, with_convention
from .operations import Operation, arranged
from .rename_operations import renamed


@dataclass(frozen=True)
class Comparison:
    """What would make the database agree with the models, and the way back.

    Args:
        context: Alembic's own, which renders operations for this database.
        upgrade: From the database to the models.
        downgrade: The way back.
    """

    context: MigrationContext
    upgrade: Sequence[Operation]
    downgrade: Sequence[Operation]


def compare(
    connection: Connection,
    metadata: MetaData,
    options: MigrationOptions,
    *,
    initial: bool = False,
    renames: Sequence[str] = (),
) -> Comparison:
    """Compare models with a database.

    Args:
        connection: The database.
        metadata: The models' tables.
        options: Which tables are somebody else's.
        initial: Compare with an empty database instead.
        renames: What has another name now: `table.old=new`, `old=new`.

    Raises:
        MigrationError: When there is no such rename.
    """
    context = MigrationContext.configure(connection, opts=_options(metadata, options, initial))
    script = produce_migrations(context, metadata)
    assert script.upgrade_ops is not None
    found: Sequence[Operation] = script.upgrade_ops.ops
    if not has_convention(metadata):
        found = give_names(found, with_convention(metadata))
    found = with_checks(with_conversions(renamed(found, renames)))
    enums = enum_changes(connection, metadata, found, initial)
    upgrade = [*enums.before, *arranged(found), *enums.after]
    downgrade = [operation.reverse() for operation in reversed(upgrade)]
    return Comparison(context, upgrade, _arranged_back(downgrade))


def _arranged_back(operations: Sequence[Operation]) -> list[Operation]:
    """Enum types stay at both ends."""
    tables = [it for it in operations if isinstance(it, _OF_TABLES)]
    enums = [it for it in operations if not isinstance(it, _OF_TABLES)]
    first = operations.index(tables[0]) if tables else len(operations)
    before = [it for it in enums if operations.index(it) < first]
    return [*before, *arranged(tables), *(it for it in enums if it not in before)]


_OF_TABLES = (
    ops.CreateTableOp,
    ops.DropTableOp,
    ops.ModifyTableOps,
    ops.CreateIndexOp,
    ops.DropIndexOp,
    ops.AlterTableOp,
    ops.AddConstraintOp,
    ops.DropConstraintOp,
)


def _options(metadata: MetaData, options: MigrationOptions, initial: bool) -> dict[str, Any]:
    schemas = {table.schema for table in metadata.tables.values()} or {None}

    def is_compared(name: str | None, kind: str, parents: object) -> bool:
        """Asked of names in the database."""
        if kind == "schema":
            return name in schemas
        return not (initial and kind == "table")

    def is_ours(
        item: SchemaItem, name: str | None, kind: str, reflected: bool, other: SchemaItem | None
    ) -> bool:
        return kind != "table" or name is None or not options.ignores(name)

    return {
        "target_metadata": metadata,
        "version_table": options.version_table,
        "compare_type": True,
        "compare_server_default": True,
        "autogenerate_plugins": ["alembic.autogenerate.*", PLUGIN],
        "include_schemas": schemas != {None},
        "include_name": is_compared,
        "include_object": is_ours,
    }
