"""The extension: one MongoDB."""

import asyncio
from collections.abc import (
    AsyncGenerator,
    Awaitable,
    Callable,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from talarian import Talarian
from talarian.environment import Environment, current_environment
from talarian.exceptions import TalarianError
from talarian.extensions import Check, Extension, Hazard, Measurement, Setting
from talarian.settings import describe

from . import hazards
from .address import parsed
from .backends import AsyncClientSession, AsyncDatabase
from .backends.building import apply, compare
from .backends.clients import Client, is_standalone, open_client, within
from .backends.collections import Collection
from .backends.declared import AnyModel, is_beanie
from .backends.documents import Model
from .backends.pools import PoolWatch
from .backends.preparation import Preparation
from .errors import TransactionsUnsupported
from .failures import add_handlers
from .indexes import Step
from .settings import DEFAULT_NAME, MongoSettings, settings_class

Result = TypeVar("Result")


class Mongo(Extension):
    """A MongoDB: a client, collections of models, Beanie's documents, indexes.

        app = Talarian(extensions=[mongo := Mongo(models=[Book])])

        Books = Annotated[Collection[Book], CollectionOf(Book)]

        @app.post("/books", status_code=201)
        async def add(book: NewBook, books: Books) -> Book: ...

    Settings come from `MONGO_URL` and its neighbours (see `MongoSettings`). When the application
    starts, missing indexes are created, except in production. A server that cannot be reached then
    is waited for: the application starts, and requests that need it are answered 503.

    Args:
        url: Which server and database. Without it, the settings say.
        models: The classes of documents: of `MongoModel`, of Beanie, or of both.
        name: Of a second one: its settings are `NAME_MONGO_URL` and so on.
        settings: Instead of those in the environment.

    Raises:
        TalarianError: When the URL cannot be read, or a model is none.
    """

    name = DEFAULT_NAME

    def __init__(
        self,
        url: str | None = None,
        *,
        models: Sequence[type[Any]] = (),
        name: str = DEFAULT_NAME,
        settings: MongoSettings | None = None,
    ) -> None:
        self.name = name
        given: dict[str, Any] = {} if url is None else {"url": url}
        self._settings = settings or settings_class(name)(**given)
        self._address = parsed(self._settings.url)
        self.models: tuple[AnyModel, ...] = tuple(models)
        for model in self.models:
            is_beanie(model)  # or it is refused, here and not in a request
        self._watch = PoolWatch(name, self._settings.pool_size)
        self._client: Client | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._preparation: Preparation | None = None
        self._opened = 0
        self._collections: dict[type[Any], Collection[Any]] = {}
        """Made when they are first asked for; they last as long as the client."""

    # What an application asks of an extension.

    def setup(self, app: Talarian) -> None:
        add_handlers(app)

    @asynccontextmanager
    async def lifespan(self, app: Talarian) -> AsyncGenerator[None, None]:
        async with self.opened(creates_indexes=self._creates_indexes()):
            yield

    def checks(self) -> Mapping[str, Check]:
        return {self.name: self.check}

    def hazards(self, app: Talarian) -> Iterator[Hazard]:
        return hazards.unsafe(self._address, self._settings)

    def settings(self) -> Iterable[Setting]:
        return describe(self._settings)

    def metrics(self) -> Iterable[Measurement]:
        return self._watch.measurements()

    # Opening and closing.

    @asynccontextmanager
    async def opened(self, *, creates_indexes: bool = False) -> AsyncGenerator["Mongo", None]:
        """Open it without an application: `async with mongo.opened():` in a script.

        Args:
            creates_indexes: Create those that are missing.
        """
        loop = asyncio.get_running_loop()
        if self._opened and self._loop is not loop:
            raise TalarianError(
                f"The MongoDB {self.name!r} is open in another event loop already. Close it there, "
                "or make a second Mongo for this one."
            )
        self._opened += 1
        try:
            if self._opened == 1:
                await self._open(loop, creates_indexes)
            yield self
        finally:
            self._opened -= 1
            if not self._opened:
                await self._close()

    async def _open(self, loop: asyncio.AbstractEventLoop, creates_indexes: bool) -> None:
        self._loop = loop
        self._watch = PoolWatch(self.name, self._settings.pool_size)
        self._client = open_client(self._address, self._settings, self._watch)
        self._preparation = Preparation(
            self.name, self.database, self.models, creates=creates_indexes
        )
        await self._preparation.begin()

    async def _close(self) -> None:
        preparation, client = self._preparation, self._client
        self._preparation = self._client = self._loop = None
        self._collections.clear()
        if preparation is not None:
            await preparation.end()
        if client is not None:
            await client.close()

    def _creates_indexes(self) -> bool:
        wanted = self._settings.create_indexes
        return current_environment() is not Environment.PRODUCTION if wanted is None else wanted

    @property
    def client(self) -> Client:
        """PyMongo's client."""
        if self._client is None:
            raise TalarianError(
                f"The MongoDB {self.name!r} is not open: the application's lifespan has not run. "
                "In a test: `with TestClient(app) as client:`. In a script: "
                "`async with mongo.opened():`."
            )
        return self._client

    @property
    def database(self) -> AsyncDatabase[dict[str, Any]]:
        """PyMongo's database: the one that the URL names."""
        return self.client[self._address.database]

    def collection(self, model: type[Model]) -> Collection[Model]:
        """The documents of a model; `CollectionOf` is the same for endpoints.

        Raises:
            TalarianError: When the model was not given to `Mongo`.
        """
        if (there := self._collections.get(model)) is not None:
            return there
        if model not in self.models or is_beanie(model):
            raise TalarianError(
                f"{model.__name__} is not one of Mongo(models=[…]), or one of Beanie's documents, "
                "which need no collection."
            )
        key = self._settings.cursor_key.get_secret_value()
        made = Collection(model, self.database[str(model.__collection__)], key)
        self._collections[model] = made
        return made

    async def check(self) -> None:
        """Ask the server for an answer, as a health check does."""
        await self.client.admin.command("ping")
        self.refuse_unprepared()

    def refuse_unprepared(self) -> None:
        """Raise if Beanie's documents cannot be used yet.

        Raises:
            NotReady: When the server was not reached since the start.
        """
        if self._preparation is not None:
            self._preparation.check()

    # Transactions.

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[AsyncClientSession, None]:
        """All or nothing: `async with mongo.transaction():`. Needs a replica set.

        Committed when the block ends, undone when it raises. What is done inside with this
        MongoDB is part of it, through collections, Beanie or the driver.

        Raises:
            TransactionsUnsupported: When the server is a single one.
        """
        await self._refuse_standalone()
        async with (
            self.client.start_session() as session,
            await session.start_transaction(),
            session.bind(end_session=False),
        ):
            yield session

    async def in_transaction(self, work: Callable[[], Awaitable[Result]]) -> Result:
        """Run a function in a transaction, and again when another one was faster.

        Args:
            work: A function that does no harm when it runs twice: MongoDB undoes what it wrote, but
                not a mail that it sent. `MONGO_TIMEOUT` is for all attempts together.

        Raises:
            TransactionsUnsupported: When the server is a single one.
        """
        await self._refuse_standalone()

        async def attempt(session: AsyncClientSession) -> Result:
            async with session.bind(end_session=False):
                return await work()

        with within(self._settings.timeout):
            async with self.client.start_session() as session:
                return await session.with_transaction(attempt)

    async def _refuse_standalone(self) -> None:
        if await is_standalone(self.client):
            raise TransactionsUnsupported(
                "This MongoDB is a single server, and transactions need a replica set. A set of "
                "one will do: start it with --replSet rs0 and run rs.initiate() once. What one "
                "document holds is changed in one piece without a transaction."
            )

    # Indexes.

    async def index_differences(self) -> Sequence[Step]:
        """What is to be done so that the indexes are those that the models declare."""
        self.refuse_unprepared()
        return await compare(self.database, self.models)

    async def apply_indexes(self, steps: Iterable[Step]) -> None:
        """Take steps of `index_differences`.

        Raises:
            IndexesRefused: When the server does not create one. Those before it stay.
        """
        await apply(self.database, steps)
