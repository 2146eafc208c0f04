"""Where a database is among the revisions."""

from collections.abc import Sequence
from dataclasses import dataclass

from .folder import Folder
from .revisions import Revision, revision_of


@dataclass(frozen=True, slots=True)
class Status:
    """Where a database is.

    Args:
        current: The ids of the revisions that it is at; none before the first one.
        heads: The ids of the newest revisions in the folder.
        pending: What `upgrade` would run, in order; nothing while there are several heads.
        unknown: The ids that the database is at and the folder does not have: somebody has
            migrated it with newer code.
    """

    current: Sequence[str]
    heads: Sequence[str]
    pending: Sequence[Revision]
    unknown: Sequence[str]

    @property
    def is_current(self) -> bool:
        """Whether there is nothing to do. A database that is ahead of this code has nothing."""
        return not self.pending and (bool(self.unknown) or set(self.current) == set(self.heads))


def status_of(current: Sequence[str], folder: Folder) -> Status:
    """What a database lacks, given where it is."""
    unknown, pending = folder.unknown(current), list[Revision]()
    if not unknown and len(folder.heads) == 1:
        pending = [revision_of(it.revision) for it in folder.upgrades("head", current)]
    return Status(current, folder.heads, pending, unknown)
