"""Feature flags: the smallest battery that has everything a battery can have."""

import json
from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Protocol

import typer
from pydantic_settings import SettingsConfigDict

from talarian import Router, Talarian
from talarian.concurrency import run_in_threadpool
from talarian.extensions import Check, Extension, Hazard, Installed, Measurement, Setting
from talarian.settings import Settings, describe

# 1. Settings: FLAGS_FILE in the environment or in .env.


class FlagSettings(Settings):
    model_config = SettingsConfigDict(env_prefix="FLAGS_")

    file: Path | None = None
    """Where the flags are kept. Without it: in memory."""


# 2. The port: the least that the battery needs from outside. The backends: one that needs nothing,
# and one for production. The same tests run on both.


class Store(Protocol):
    def read(self) -> dict[str, bool]: ...

    def write(self, flags: dict[str, bool]) -> None: ...


class MemoryStore:
    def __init__(self) -> None:
        self._flags: dict[str, bool] = {}

    def read(self) -> dict[str, bool]:
        return dict(self._flags)

    def write(self, flags: dict[str, bool]) -> None:
        self._flags = dict(flags)


class FileStore:
    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> dict[str, bool]:
        return dict(json.loads(self._path.read_text())) if self._path.exists() else {}

    def write(self, flags: dict[str, bool]) -> None:
        # Readers see the old file or the new one, never half of one.
        draft = self._path.with_suffix(".draft")
        draft.write_text(json.dumps(flags))
        draft.replace(self._path)


# 3. The extension: the object that users make and install.


class Flags(Extension):
    """Switches for features: `Talarian(extensions=[flags := Flags()])`."""

    def __init__(self, store: Store | None = None, *, settings: FlagSettings | None = None) -> None:
        self._settings = settings or FlagSettings()
        file = self._settings.file
        self._store = store or (MemoryStore() if file is None else FileStore(file))
        self._flags: dict[str, bool] = {}

    def is_on(self, name: str) -> bool:
        """Whether a flag is on; one that nobody has set is off."""
        return self._flags.get(name, False)

    async def set(self, name: str, on: bool) -> None:
        """Switch a flag, and keep it."""
        self._flags[name] = on
        await run_in_threadpool(self._store.write, self._flags)

    # What an application asks of an extension. Each of these may be left out.

    def setup(self, app: Talarian) -> None:
        router = Router(prefix="/flags", tags=["flags"])

        @router.get("")
        def read_flags() -> dict[str, bool]:
            return self._flags

        app.include_router(router)

    @asynccontextmanager
    async def lifespan(self, app: Talarian) -> AsyncGenerator[None, None]:
        self._flags = await run_in_threadpool(self._store.read)
        yield

    def checks(self) -> Mapping[str, Check]:
        return {"flags": self._readable}

    async def _readable(self) -> None:
        await run_in_threadpool(self._store.read)

    def hazards(self, app: Talarian) -> Iterator[Hazard]:
        if isinstance(self._store, MemoryStore):
            yield Hazard(
                "Flags are kept in memory: each process has its own, and a restart forgets them.",
                "Set FLAGS_FILE to a file that all processes can write.",
            )

    def settings(self) -> Iterable[Setting]:
        return describe(self._settings)

    def metrics(self) -> Iterator[Measurement]:
        yield Measurement("shop.flags.on", sum(self._flags.values()), "{flag}", {})

    def commands(self) -> typer.Typer:
        commands = typer.Typer()

        @commands.command("list")
        def list_flags() -> None:
            for name, on in sorted(self._store.read().items()):
                print(f"{name}: {'on' if on else 'off'}")

        return commands


# 4. The dependency: what endpoints write.

CurrentFlags = Annotated[Flags, Installed(Flags)]
