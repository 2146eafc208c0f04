"""A way to a server that can be cut."""

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress


class Proxy:
    """Forwards connections to a server while it is up.

    Args:
        url: Of the server.
    """

    def __init__(self, url: str) -> None:
        found = re.fullmatch(r"(mongodb://(?:[^@/]*@)?)([^:/,]+)(?::(\d+))?(/[^?]*)(\?.*)?", url)
        assert found is not None, "these tests go through a proxy, which is for one server"
        self._url = found
        self._port = 0
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self.silent = False
        """Whether requests arrive and answers don't."""

    @property
    def url(self) -> str:
        """The URL through the proxy. A replica set would tell the way around it."""
        options = f"{self._url[5] or '?'}&directConnection=true".replace("?&", "?")
        return f"{self._url[1]}127.0.0.1:{self._port}{self._url[4]}{options}"

    async def up(self) -> None:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def down(self) -> None:
        if self._server is not None:
            self._server.close()
        for writer in tuple(self._writers):
            writer.transport.abort()
        self._server = None

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there = await asyncio.open_connection(self._url[2], int(self._url[3] or 27017))
        self._writers |= {writer, there[1]}
        with suppress(ConnectionError):
            await asyncio.gather(self._forward(reader, there[1]), self._answer(there[0], writer))
        for each in (writer, there[1]):
            self._writers.discard(each)
            each.close()

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data)
        writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            if not self.silent:
                writer.write(data)
        writer.close()


@asynccontextmanager
async def proxy_to(url: str) -> AsyncGenerator[Proxy, None]:
    """A proxy that is up."""
    proxy = Proxy(url)
    await proxy.up()
    try:
        yield proxy
    finally:
        await proxy.down()
