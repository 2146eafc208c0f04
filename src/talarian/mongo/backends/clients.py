"""Clients of the driver."""

from typing import Any

from pymongo import AsyncMongoClient, timeout as within
from pymongo.errors import ConfigurationError, InvalidURI

from talarian.exceptions import TalarianError

from ..address import Address
from ..settings import MongoSettings
from .pools import PoolWatch

__all__ = ["Client", "is_standalone", "open_client", "within"]

Client = AsyncMongoClient[dict[str, Any]]


def open_client(address: Address, settings: MongoSettings, watch: PoolWatch) -> Client:
    """Make a client. It connects when it is first used, and belongs to the running event loop.

    Raises:
        TalarianError: When the driver does not understand the URL.
    """
    options: dict[str, Any] = {
        "maxPoolSize": settings.pool_size,
        "serverSelectionTimeoutMS": round(settings.server_timeout * 1000),
        "waitQueueTimeoutMS": round(settings.pool_timeout * 1000),
        # Not timeoutMS, the one limit for all of these: with it, the driver looks for a server as
        # long as that, and a request waits ten seconds for its 503.
        "socketTimeoutMS": round(settings.timeout * 1000),
        "connectTimeoutMS": round(settings.timeout * 1000),
        # RFC 9562's order of bytes; the driver's own default refuses UUIDs.
        "uuidRepresentation": "standard",
        "tz_aware": True,
    }
    given = {name: it for name, it in options.items() if name.lower() not in address.options}
    try:
        return AsyncMongoClient(settings.url, event_listeners=[watch], **given)
    except (ConfigurationError, InvalidURI, ValueError, TypeError):
        # The driver's own text may have parts of the URL in it, and with them a password.
        raise TalarianError(
            "PyMongo does not understand the MongoDB URL: look at its options, and percent-encode "
            "what is special in the user's name and password."
        ) from None


async def is_standalone(client: Client) -> bool:
    """Whether the server is a single one, which has no transactions."""
    await client.admin.command("ping")
    servers = client.topology_description.server_descriptions().values()
    return any(server.server_type_name == "Standalone" for server in servers)
