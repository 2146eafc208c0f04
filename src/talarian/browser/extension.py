"""The extension: a browser for one database."""

import logging
from collections.abc import Callable, Iterable, Iterator
from importlib.util import find_spec
from typing import Any

from sqlalchemy.orm import InstrumentedAttribute
from starlette.requests import Request
from starlette.responses import Response

from talarian import Depends, Router, Talarian
from talarian.environment import Environment, current_environment
from talarian.exceptions import TalarianError
from talarian.extensions import Extension, Hazard, Installable, Setting
from talarian.settings import describe
from talarian.sql import Database

from .access import guard, is_guarded
from .handover import Handover, Mounted
from .masking import Masks
from .settings import BrowserSettings

logger = logging.getLogger("talarian.browser")

_SHORTEST = 12
"""Characters of a password in production."""


class DatabaseBrowser(Extension):
    """Pages that show every mapped model of a database: search, sort, filter, edit.

        app = Talarian(extensions=[db := Database(models=Base), DatabaseBrowser(db)])

    It is a tool for development. In production it is off, unless `DATABASE_BROWSER_ENABLED` is set
    and somebody has to sign in. Without authentication it answers only the machine that it runs
    on. Columns whose names say that they are secret (password, token, hash …) are masked, and
    cannot be edited, searched or exported.

    Args:
        database: The database, made with `models=`.
        path: Where its pages are.
        authenticate: A dependency of your own that returns the user, and raises or returns nothing
            when there is none who may use this. It may depend on anything that endpoints may.
        mask: Columns to mask beside those whose names say so: `[User.birthday]`.
        reveal: Columns to show although their names say that they are secret.
        settings: Instead of those in the environment.

    Raises:
        TalarianError: When the library that makes the pages is not installed, or the database does
            not know its models.
    """

    name = "browser"

    def __init__(
        self,
        database: Database,
        *,
        path: str = "/admin",
        authenticate: Callable[..., Any] | None = None,
        mask: Iterable[InstrumentedAttribute[Any]] = (),
        reveal: Iterable[InstrumentedAttribute[Any]] = (),
        settings: BrowserSettings | None = None,
    ) -> None:
        if find_spec("starlette_admin") is None:
            raise TalarianError(
                'The database browser needs starlette-admin: pip install "talarian[browser]"'
            )
        if not hasattr(database.models, "metadata"):
            raise TalarianError(
                "The database browser shows models, and this database does not know its own: "
                "Database(models=Base), with the base class of your models, or SQLModel."
            )
        if not path.startswith("/") or path.endswith("/"):
            raise TalarianError(f"path={path!r}: it begins with a slash and does not end with one.")
        self.database = database
        self.path = path
        self._authenticate = authenticate
        self._masks = Masks(mask, reveal)
        self._settings = settings or BrowserSettings()
        self._pages: Mounted | None = None

    @property
    def is_enabled(self) -> bool:
        """Whether it is served at all."""
        if self._settings.enabled is None:
            return current_environment() is not Environment.PRODUCTION
        return self._settings.enabled

    def needs(self) -> Iterable[Installable]:
        return [self.database]

    def setup(self, app: Talarian) -> None:
        if not self.is_enabled:
            logger.info("The database browser is off. DATABASE_BROWSER_ENABLED=true serves it.")
            return
        entrance = Depends(guard(self._authenticate, self._settings))
        router = Router(prefix=self.path, include_in_schema=False, dependencies=[entrance])
        for path in ("", "/{page:path}"):
            router.api_route(path, methods=["GET", "HEAD", "POST"])(self.serve)
        app.include_router(router)

    def hazards(self, app: Talarian) -> Iterator[Hazard]:
        settings = self._settings
        if not settings.enabled:
            return  # in production it is off
        if not is_guarded(self._authenticate, settings):
            yield Hazard(
                f"The database browser at {self.path} lets anybody read and change the database.",
                "Give DatabaseBrowser(authenticate=…) a dependency that returns the user, set "
                "DATABASE_BROWSER_PASSWORD, or leave DATABASE_BROWSER_ENABLED out.",
            )
        elif self._authenticate is None and len(settings.password.get_secret_value()) < _SHORTEST:
            yield Hazard(
                f"DATABASE_BROWSER_PASSWORD has fewer than {_SHORTEST} characters, and can be "
                "guessed.",
                "Make a random one: python -c 'import secrets; print(secrets.token_urlsafe())'",
            )
        if not settings.secret_key.get_secret_value():
            yield Hazard(
                "The database browser signs its forms with a random key, which other processes "
                "do not know: they refuse them.",
                "Set DATABASE_BROWSER_SECRET_KEY. Make a random one: "
                "python -c 'import secrets; print(secrets.token_urlsafe())'",
            )

    def settings(self) -> Iterable[Setting]:
        return describe(self._settings)

    async def serve(self, request: Request) -> Response:
        """Answer with a page of the browser."""
        if self._pages is None:
            # Late, because models may be declared after the application is made; and the library
            # is imported by those alone who look.
            from .pages import NAME, pages

            key = self._settings.secret_key.get_secret_value() or None
            app = pages(self.database, self.path, self._masks, key)
            self._pages = Mounted(self.path, app, NAME)
        return Handover(self._pages)
