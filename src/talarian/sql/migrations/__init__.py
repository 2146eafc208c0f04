"""Migrations: one revision after the other, from a schema to the next, on data that stays."""

from talarian.sql.migration_options import MigrationOptions

from .enums import change_enum, create_enum, drop_enum
from .errors import MigrationError, MigrationFailed, MigrationsLocked, UnreviewedRevisions
from .generating import Generated
from .migrations import Migrations
from .progress import Progress
from .revisions import Revision
from .risks import Risk
from .running import Patience
from .status import Status

__all__ = [
    "Generated",
    "MigrationError",
    "MigrationFailed",
    "MigrationOptions",
    "Migrations",
    "MigrationsLocked",
    "Patience",
    "Progress",
    "Revision",
    "Risk",
    "Status",
    "UnreviewedRevisions",
    "change_enum",
    "create_enum",
    "drop_enum",
]
