"""What must be done with a server before documents can be used, as soon as it can be reached."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from beanie import init_beanie
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import ConnectionFailure, ExecutionTimeout

from ..errors import NotReady
from ..indexes import Difference, Step
from .building import apply, compare
from .declared import AnyModel, is_beanie

logger = logging.getLogger("talarian.mongo")

_PAUSE = 5.0
"""Seconds between two attempts to reach the server."""


class Preparation:
    """Initialises Beanie's documents, and creates indexes. One for each time a client is open.

    Args:
        name: Of the MongoDB, for the log.
        database: Where the documents are.
        models: Of which classes they are.
        creates: Whether missing indexes are created.
    """

    def __init__(
        self,
        name: str,
        database: AsyncDatabase[dict[str, Any]],
        models: Sequence[AnyModel],
        *,
        creates: bool,
    ) -> None:
        self._name = name
        self._database = database
        self._models = models
        self._creates = creates
        self._later: asyncio.Task[None] | None = None
        self.done = False

    async def begin(self) -> None:
        """Do it now; if the server cannot be reached, go on trying."""
        try:
            await self._attempt()
        except (ConnectionFailure, ExecutionTimeout) as error:
            logger.error(
                "%s cannot be reached, and requests that need it are answered 503 until it can: %s",
                self._name,
                error,
            )
            self._later = asyncio.create_task(self._keep_trying())

    async def end(self) -> None:
        """Stop trying."""
        if self._later is not None:
            self._later.cancel()
            await asyncio.wait([self._later])

    def check(self) -> None:
        """Raise what stands in the way.

        Raises:
            NotReady: When the server was not reached yet.
        """
        if self.done:
            return
        if self._later is not None and self._later.done():
            # Whatever it was, more attempts would not mend it.
            raise NotReady(f"{self._name} cannot be prepared.") from self._later.exception()
        raise NotReady(f"{self._name} was not reached since the start.")

    async def _keep_trying(self) -> None:
        while not self.done:
            await asyncio.sleep(_PAUSE)
            try:
                with suppress(ConnectionFailure, ExecutionTimeout):
                    await self._attempt()
            except Exception:
                logger.exception("%s is reached, and cannot be prepared.", self._name)
                raise
        logger.info("%s is reached, and prepared.", self._name)

    async def _attempt(self) -> None:
        documents: list[Any] = [model for model in self._models if is_beanie(model)]
        if documents:
            await init_beanie(database=self._database, document_models=documents, skip_indexes=True)
        steps = await compare(self._database, self._models)
        if self._creates:
            await apply(self._database, [it for it in steps if it.difference is Difference.CREATE])
        for step in steps:
            self._log(step)
        self.done = True

    def _log(self, step: Step) -> None:
        if step.difference is not Difference.CREATE:
            logger.warning("Index %s. See talarian mongo indexes.", step)
        elif self._creates:
            logger.info("Index %s: it was created.", step)
        else:
            logger.warning("Index %s: talarian mongo indexes --apply creates it.", step)
