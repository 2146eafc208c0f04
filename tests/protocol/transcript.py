"""What a client sees of one exchange, to be compared between servers."""

from collections.abc import Iterable

from tests.protocol.server import Server
from tests.protocol.wire import Client, get, normalised

LAST = get("/", ("Connection", "close"))


def transcript(server: Server, *requests: bytes) -> bytes:
    """Send each request when the one before it is answered, then one last.

    The last asks for the connection to be closed. So the transcript ends without waiting for
    anything, and tells whether the connection was still in order: if it was, the last is answered.
    """
    with Client(server) as client:
        told: list[bytes] = []
        try:
            for raw in requests:
                client.send(raw)
                told.append(client.answer(method_of(raw)).raw)
        except EOFError:
            told.append(b"(ended without an answer)")
        client.send(LAST)
        told.append(client.rest())
    return normalised(b"".join(told), server)


def together(server: Server, raw: bytes, pieces: Iterable[bytes] = ()) -> bytes:
    """Send everything at once, or in these pieces, with one last request behind."""
    with Client(server) as client:
        if pieces:
            client.send_pieces(pieces)
            client.send(LAST)
        else:
            client.send(raw + LAST)
        return normalised(client.rest(), server)


def method_of(raw: bytes) -> str:
    return raw.partition(b" ")[0].decode("latin-1")
