"""The folder of revision files, read by Alembic, without an ini file and without an env.py."""

import warnings
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from alembic.runtime.migration import RevisionStep
from alembic.script import ScriptDirectory
from alembic.script.revision import RevisionError
from alembic.util import CommandError

from .errors import MigrationError
from .revisions import BASE, Revision, place_in, revision_of, shown

_TEMPLATES = Path(__file__).parent  # Alembic looks there for script.py.mako
_FILE_NAME = "%(year)d_%(month).2d_%(day).2d_%(hour).2d%(minute).2d_%(slug)s_%(rev)s"


class Folder:
    """The revisions of one database, as they are in the files now."""

    def __init__(self, path: Path, option: str) -> None:
        self.path = path
        self._option = option
        if not path.is_dir():
            raise MigrationError(
                f"There is no folder {shown(path)} with migrations here ({Path.cwd()}). "
                f"`talarian db init{option}` makes it. If it is elsewhere: "
                'Database(migrations="path").'
            )
        self.scripts = ScriptDirectory(
            str(_TEMPLATES),
            file_template=_FILE_NAME,
            version_locations=[str(path)],
            timezone="UTC",
            messaging_opts={"quiet": True},
        )
        with self._readable():
            self._all = [revision_of(script) for script in self.scripts.walk_revisions()]

    @property
    def revisions(self) -> Sequence[Revision]:
        """All of them, the newest first."""
        return self._all

    @property
    def heads(self) -> Sequence[str]:
        """The ids of the revisions that no other comes after; more than one after a fork."""
        return self.scripts.get_heads()

    def get(self, identifier: str) -> Revision:
        """Find a revision by its id, by the beginning of it, or by a name such as `head`.

        Raises:
            MigrationError: When there is none, or there are several.
        """
        with self._found(identifier):
            return revision_of(self.scripts.get_revision(identifier))

    def single_head(self) -> str:
        """The id of the newest revision; `base` if there is none.

        Raises:
            MigrationError: When there are several newest ones.
        """
        heads = self.heads
        if len(heads) > 1:
            raise MigrationError(self.explain_heads())
        return heads[0] if heads else BASE

    def explain_heads(self) -> str:
        """Say what several heads are, and what to do."""
        lines = "\n".join(f"  {revision} ({shown(revision.path)})" for revision in self._heads())
        return (
            f"There are {len(self.heads)} heads: revisions that no other comes after.\n{lines}\n"
            "Two people have probably made a revision after the same one. If both may run, in "
            "either order, join them with a revision that does nothing:\n"
            f'  talarian db merge{self._option} -m "merge"\n'
            "If not, let one come after the other: write its id as the other's down_revision."
        )

    def _heads(self) -> Iterable[Revision]:
        return [revision for revision in self._all if revision.id in self.heads]

    def upgrades(self, target: str, current: Sequence[str]) -> list[RevisionStep]:
        """The steps from where the database is to a target, in order.

        Raises:
            MigrationError: When there is no way from one to the other.
        """
        self.refuse_unknown(current)
        if target == "head":
            target = self.single_head()
        if target == BASE:
            return []
        with self._found(target):
            return list(self.scripts._upgrade_revs(target, cast(str, tuple(current))))

    def downgrades(self, target: str, current: Sequence[str]) -> list[RevisionStep]:
        """The steps back from where the database is to a target, in order.

        Raises:
            MigrationError: When there is no way from one to the other.
        """
        self.refuse_unknown(current)
        with self._found(target):
            return list(self.scripts._downgrade_revs(target, cast(str, tuple(current))))

    def unknown(self, current: Iterable[str]) -> list[str]:
        """Those revisions of a database that have no file here."""
        known = {revision.id for revision in self._all}
        return [identifier for identifier in current if identifier not in known]

    def refuse_unknown(self, current: Iterable[str]) -> None:
        """Raise when the database is at a revision that has no file here."""
        if unknown := self.unknown(current):
            raise MigrationError(
                f"The database is at revision {', '.join(unknown)}, which is not in "
                f"{shown(self.path)}. Somebody has migrated it with newer code, or on another "
                "branch. Get that file; or, if its changes are to be forgotten, tell the database "
                "where it is: `talarian db stamp --to REVISION --force`."
            )

    @contextmanager
    def _found(self, identifier: str) -> Generator[None, None, None]:
        try:
            yield
        except (CommandError, RevisionError) as error:
            raise MigrationError(
                f"{identifier!r} is no revision to go to: {_sentence(error)} "
                f"`talarian db history{self._option}` lists those that there are; besides ids, "
                "`head`, `base`, `+1` and `-1` are understood."
            ) from error

    @contextmanager
    def _readable(self) -> Generator[None, None, None]:
        """A file that cannot be imported may raise anything."""
        try:
            with warnings.catch_warnings():
                # Alembic warns of it, and goes on to a KeyError that says less.
                warnings.filterwarnings("error", message="Revision .* is not present")
                yield
        except (CommandError, RevisionError, KeyError, UserWarning) as error:
            raise MigrationError(
                f"The revisions in {shown(self.path)} do not fit together: {_sentence(error)} "
                "Each file's down_revision must be the id of another file here, or None in the "
                "first; no id may be there twice."
            ) from error
        except Exception as error:
            raise MigrationError(
                f"A revision cannot be imported. {place_in(error, self.path)}: "
                f"{type(error).__name__}: {error}"
            ) from error


def _sentence(error: Exception) -> str:
    text = str(error).strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."
