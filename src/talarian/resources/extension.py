"""The extension: what resources need of an application."""

from collections.abc import Iterable, Iterator

from talarian import Talarian
from talarian.extensions import Extension, Hazard, Setting
from talarian.settings import describe, development_defaults

from .cursors import CursorSigner
from .settings import ResourceSettings


class Resources(Extension):
    """Signs cursors, which pages need.

        app = Talarian(extensions=[db := Database(), Resources()])

    In production it refuses to start with the key for development.

    Args:
        settings: Instead of those in the environment.
    """

    def __init__(self, settings: ResourceSettings | None = None) -> None:
        self._settings = settings or ResourceSettings.load()
        self.signer = CursorSigner(self._settings.cursor_key.get_secret_value())

    def hazards(self, app: Talarian) -> Iterator[Hazard]:
        yield from development_defaults(self._settings)

    def settings(self) -> Iterable[Setting]:
        return describe(self._settings)
