"""The extension: what resources need of an application."""

from collections.abc import Iterable, Iterator

from sqlalchemy.orm.exc import StaleDataError

from talarian import Talarian
from talarian.extensions import Extension, Hazard, Setting
from talarian.settings import describe, development_defaults

from .cursors import CursorSigner
from .settings import ResourceSettings
from .versions import answer_stale


class Resources(Extension):
    """Signs cursors, and answers those who were overtaken.

        app = Talarian(extensions=[db := Database(), Resources()])

    Pages need it. In production it refuses to start with the key for development. An update that
    finds another version than it read (`StaleDataError`) is answered 412, or 409 if the client
    did not ask for a version; an application may have a handler of its own.

    Args:
        settings: Instead of those in the environment.
    """

    def __init__(self, settings: ResourceSettings | None = None) -> None:
        self._settings = settings or ResourceSettings.load()
        self.signer = CursorSigner(self._settings.cursor_key.get_secret_value())

    def setup(self, app: Talarian) -> None:
        app.exception_handlers.setdefault(StaleDataError, answer_stale)

    def hazards(self, app: Talarian) -> Iterator[Hazard]:
        yield from development_defaults(self._settings)

    def settings(self) -> Iterable[Setting]:
        return describe(self._settings)
