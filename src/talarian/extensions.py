"""Extensions: what a battery hands to an application.

    app = Talarian(extensions=[db := Database(), auth := Auth(db)])

An extension is an object that the user makes and keeps. It may add routes and exception handlers,
open what it needs while the application runs, say whether that is healthy, and more: each is a
method of `Extension`, and each is optional. `docs/batteries.md` has a complete one.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from starlette.requests import HTTPConnection

from .engine.declare.depends import Depends as Dependency
from .engine.declare.options import Installable as Installable
from .engine.ground.errors import TalarianError
from .engine.serve.lifespan import LifespanContext
from .environment import Environment, current_environment

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from typer import Typer

    from .engine.app.application import Talarian

Kind = TypeVar("Kind", bound=Installable)

Check = Callable[[], Awaitable[object]]
"""A health check: returns when all is well, raises when not."""


@dataclass(frozen=True, slots=True)
class Hazard:
    """A setting that is fine on a developer's machine and must not go into production.

    Args:
        what: What is set, and what that would let happen.
        change: What to set instead, and how.
    """

    what: str
    change: str

    def __str__(self) -> str:
        return f"  - {self.what}\n    {self.change}"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of an extension, as `talarian settings` shows it.

    Args:
        name: The environment variable that sets it.
        value: Its value as text. A secret is masked already.
        source: Where the value is from: `environment`, `.env`, `default`, `code` …
    """

    name: str
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class Measurement:
    """The present value of a metric, named as OpenTelemetry's semantic conventions do.

    Args:
        name: For example `db.client.connection.count`.
        value: Its value now.
        unit: In UCUM, for example `s` or `{connection}`.
        labels: What it is the value of.
        total: Whether it only ever grows (a counter) or goes up and down (a gauge).
    """

    name: str
    value: float
    unit: str
    labels: Mapping[str, str]
    total: bool = False


class Extension:
    """Base class of extensions. Override what is needed; by default each method adds nothing."""

    name: str = ""
    """Tells two extensions of one class apart, and names it in commands, checks and messages.
    Without one: the class's name in small letters."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.name = cls.__dict__.get("name", cls.__name__.lower())

    def __extension__(self) -> "Extension":
        # Objects whose attributes are the user's own (settings) have an extension instead of
        # being one: this is the only name that they must have.
        return self

    def needs(self) -> Iterable[Installable]:
        """Other extensions that must have been installed before this one."""
        return ()

    def setup(self, app: "Talarian") -> None:
        """Called when the extension is installed: include routers, add exception handlers."""

    def lifespan(self, app: "Talarian") -> AbstractAsyncContextManager[object]:
        """Open what is needed while the application runs, and close it afterwards.

        Entered in the order of installation before the application's own lifespan, left in the
        opposite order after it.
        """
        return nullcontext()

    def checks(self) -> Mapping[str, Check]:
        """Health checks by name, for `talarian.health`."""
        return {}

    def hazards(self, app: "Talarian") -> Iterable[Hazard]:
        """What must be changed before this may run in production, where it refuses to start."""
        return ()

    def settings(self) -> Iterable[Setting]:
        """Every setting with its source, secrets masked."""
        return ()

    def metrics(self) -> Iterable[Measurement]:
        """The present values of what is measured."""
        return ()

    def commands(self) -> "Typer | None":
        """Commands, for `talarian NAME …` with the extension's name."""
        return None


class UnsafeInProduction(TalarianError):
    """The application does not start, because of what `hazards` lists."""

    def __init__(self, hazards: Sequence[Hazard]) -> None:
        self.hazards = hazards
        super().__init__(
            "This is production, and it is not safe to start. Change this:\n"
            + "\n".join(map(str, hazards))
            + "\nOn a developer's machine, use `talarian dev` or set TALARIAN_ENV=development."
        )


def install(app: "Talarian", candidate: Installable) -> None:
    """Add an extension to an application: what `app.install` does."""
    hook = getattr(candidate, "__extension__", None)
    if isinstance(candidate, type) or hook is None:
        raise TalarianError(
            f"{candidate!r} is not an extension. Give an object of a class that derives from "
            "talarian.extensions.Extension, such as Database()."
        )
    extension: Extension = hook()
    _installation(app).add(extension, candidate)
    extension.setup(app)


def installed(app: Any) -> Sequence[Extension]:
    """The extensions of an application, in the order of installation."""
    installation: _Installation | None = getattr(app, "_installation", None)
    return () if installation is None else tuple(installation.extensions)


def find(app: Any, kind: type[Kind], name: str | None = None) -> Kind:
    """Return the object of this class that was installed in an application.

    Args:
        app: The application.
        kind: The class.
        name: Which one, if there are several. Without it: the first.

    Raises:
        TalarianError: When there is none.
    """
    for extension in installed(app):
        given = app._installation.extensions[extension]
        if isinstance(given, kind) and name in (None, extension.name):
            return given
    which = kind.__name__ if name is None else f"{kind.__name__} named {name!r}"
    raise TalarianError(
        f"No {which} is installed in this application: app.install({kind.__name__}(…)). "
        "A mounted application needs its own; it may be the same object."
    )


def Installed(kind: type[Installable], name: str | None = None) -> Dependency:
    """A dependency on what was installed: `db: Annotated[Database, Installed(Database)]`."""

    async def given(connection: HTTPConnection) -> Installable:
        return find(connection.app, kind, name)

    return Dependency(given)


class _Installation:
    """The extensions of one application, and whether they are running."""

    def __init__(self, app: "Talarian") -> None:
        self.app = app
        self.extensions: dict[Extension, Installable] = {}
        """In the order of installation, each with the object that the user gave."""
        self.running = False

    def add(self, extension: Extension, given: Installable) -> None:
        shown = f"{type(extension).__name__} named {extension.name!r}"
        if self.running:
            raise TalarianError(f"Install {shown} before the application starts: it runs already.")
        for other in self.extensions:
            if other is extension or (type(other), other.name) == (type(extension), extension.name):
                raise TalarianError(f"{shown} is installed already. Give a second one a name.")
        for needed in extension.needs():
            if (it := needed.__extension__()) not in self.extensions:
                raise TalarianError(
                    f"{shown} needs {type(it).__name__} named {it.name!r}: install that first."
                )
        self.extensions[extension] = given

    def around(self, lifespan: LifespanContext) -> LifespanContext:
        """Put the extensions around a lifespan."""

        @asynccontextmanager
        async def surrounded(app: Any) -> "AsyncGenerator[Any, None]":
            # Whoever has wrapped the application's lifespan into another one runs this twice,
            # one inside the other: the outer one is it.
            if self.running:
                async with lifespan(app) as state:
                    yield state
                return
            async with self._open(), lifespan(app) as state:
                yield state

        surrounded.__wrapped__ = lifespan  # type: ignore[attr-defined]
        return surrounded

    @asynccontextmanager
    async def _open(self) -> "AsyncGenerator[None, None]":
        self._refuse()
        self.running = True
        try:
            async with AsyncExitStack() as stack:
                for extension in self.extensions:
                    await stack.enter_async_context(extension.lifespan(self.app))
                yield
        finally:
            self.running = False

    def _refuse(self) -> None:
        if current_environment() is Environment.PRODUCTION and (found := hazards(self.app)):
            raise UnsafeInProduction(found)


def hazards(app: "Talarian") -> list[Hazard]:
    """What the extensions of an application would refuse in production."""
    return [hazard for extension in installed(app) for hazard in extension.hazards(app)]


def _installation(app: Any) -> _Installation:
    found: _Installation | None = getattr(app, "_installation", None)
    if found is None:
        found = app._installation = _Installation(app)
        app.router.surround = found.around
    return found
