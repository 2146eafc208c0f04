"""A way to a database server that can be cut, at the worst moments of all."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from random import Random

_PIECE = 65536


@dataclass
class Proxy:
    """Passes bytes between clients on a port of its own and a server.

    Attributes:
        cut_commits: The probability that a connection is cut at a COMMIT: before the server gets
            it, or before the client learns that it has been done.
        cut_statements: The same for any other piece that a client sends.
        before: The probability that the server does not get what the connection is cut at.
        cuts: How often it was done, by kind.
    """

    host: str
    port: int
    chance: Random
    cut_commits: float = 0.0
    cut_statements: float = 0.0
    before: float = 0.5
    cuts: Counter[str] = field(default_factory=Counter)
    own_port: int = 0
    _server: asyncio.Server | None = None
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    async def __aenter__(self) -> "Proxy":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.own_port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for writer in list(self._open):
            writer.transport.abort()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            there, to_server = await asyncio.open_connection(self.host, self.port)
        except OSError:
            # It is down. The client is to see what it would see without us.
            writer.transport.abort()
            self._open.discard(writer)
            return
        self._open.add(to_server)
        back = asyncio.create_task(_pass(there, writer))
        try:
            await self._forward(reader, to_server, back)
        except OSError:
            pass
        finally:
            back.cancel()
            for end in (writer, to_server):
                end.transport.abort()
                self._open.discard(end)

    async def _forward(
        self,
        reader: asyncio.StreamReader,
        to_server: asyncio.StreamWriter,
        back: asyncio.Task[None],
    ) -> None:
        """Pass on what the client sends, until either end closes or it is cut."""
        while True:
            read = asyncio.create_task(reader.read(_PIECE))
            await asyncio.wait([read, back], return_when=asyncio.FIRST_COMPLETED)
            if not read.done():
                read.cancel()
                return
            piece = read.result()
            if not piece:
                return
            commit = b"COMMIT" in piece.upper()
            cut = self.chance.random() < (self.cut_commits if commit else self.cut_statements)
            before = self.chance.random() < self.before
            if cut and before:
                self.cuts["before a COMMIT" if commit else "before a statement"] += 1
                return
            if cut:
                back.cancel()  # what is answered is lost
            to_server.write(piece)
            await to_server.drain()
            if cut:
                self.cuts["after a COMMIT" if commit else "after a statement"] += 1
                # Time for the server to do it: it would notice that the connection is gone.
                await asyncio.sleep(0.02)
                return


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while piece := await reader.read(_PIECE):
            writer.write(piece)
            await writer.drain()
    except OSError:
        pass
