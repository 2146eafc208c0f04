"""What is told while migrations run."""

import logging

from .revisions import Revision

logger = logging.getLogger("talarian.sql.migrations")


class Progress:
    """Told of each revision; this one logs. The commands have one that prints."""

    def waiting(self) -> None:
        """Another process migrates the database; this one waits for it."""
        logger.info("Another process is migrating this database: waiting until it is done.")

    def begins(self, revision: Revision, down: bool) -> None:
        """A revision is about to run."""

    def ends(self, revision: Revision, down: bool, seconds: float) -> None:
        """A revision has run."""
        verb = "Undid" if down else "Applied"
        logger.info("%s %s in %.2f s", verb, revision, seconds)
