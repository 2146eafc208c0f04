"""What can go wrong with migrations."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from talarian.exceptions import TalarianError

if TYPE_CHECKING:
    from .revisions import Revision


class MigrationError(TalarianError):
    """A migration cannot be done, or was not. The text says why, and what to do."""


class MigrationsLocked(MigrationError):
    """Another process migrates this database, and was not done in time."""


class MigrationFailed(MigrationError):
    """A revision raised.

    Args:
        text: What failed, and what of it stays in the database.
        revision: The id of the revision that failed.
        applied: The ids of those that were applied before it, and stay.
    """

    def __init__(self, text: str, revision: str, applied: Sequence[str]) -> None:
        self.revision = revision
        self.applied = applied
        super().__init__(text)


class UnreviewedRevisions(MigrationError):
    """Revisions with risks that nobody has reviewed; production does not run them."""

    def __init__(self, revisions: Sequence["Revision"]) -> None:
        self.revisions = revisions
        super().__init__(
            "Nothing was changed: this is production, and nobody has reviewed what is risky in "
            "these revisions.\n\n"
            + "\n\n".join(map(_unreviewed, revisions))
            + "\n\nRead them, change what is not right, and set `reviewed = True` there. "
            "`talarian db upgrade --allow-unreviewed` runs them as they are. On a developer's "
            "machine, set TALARIAN_ENV=development."
        )


def _unreviewed(revision: "Revision") -> str:
    risks = "\n".join(f"  - {risk}" for risk in revision.risks) or "  (no risks are listed)"
    return f"{revision.place}: {revision}\n{risks}"
