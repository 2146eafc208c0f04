"""Where the migrations of a database are, and what they leave alone. Known without Alembic, which
an application imports only if it has migrations."""

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from .settings import DEFAULT_NAME


@dataclass(frozen=True, slots=True)
class MigrationOptions:
    """For `Database(migrations=…)`.

    Args:
        folder: Where the revision files are. Without it: `migrations`, and for a database with a
            name of its own `migrations/NAME`; in the working directory, like the settings' files.
        ignored_tables: Names of tables that are somebody else's, with `*` for any characters. They
            are not compared with the models.
        version_table: Where the database keeps its revision. Two applications that share one
            database have two of them.
    """

    folder: str | Path | None = None
    ignored_tables: Sequence[str] = ()
    version_table: str = "alembic_version"

    def folder_of(self, database: str) -> Path:
        """Where the revisions of the database with this name are."""
        folder = self._folder_of(database)
        versions = folder / "versions"  # as in a project that has Alembic already
        return versions if versions.is_dir() else folder

    def _folder_of(self, database: str) -> Path:
        if self.folder is not None:
            return Path(self.folder)
        usual = Path("migrations")
        return usual if database == DEFAULT_NAME else usual / database

    def ignores(self, table: str) -> bool:
        """Whether a table is somebody else's."""
        return any(fnmatchcase(table, pattern) for pattern in self.ignored_tables)
