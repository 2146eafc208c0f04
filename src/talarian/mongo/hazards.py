"""What is not safe in production about the way to a MongoDB."""

from collections.abc import Iterator

from talarian.extensions import Hazard
from talarian.settings import development_defaults

from .address import Address
from .settings import MongoSettings

# Ways to sign in that need no user name in the URL.
_WITHOUT_USER = frozenset({"MONGODB-X509", "MONGODB-AWS", "MONGODB-OIDC"})
_UNVERIFIED = ("tlsInsecure", "tlsAllowInvalidCertificates", "tlsAllowInvalidHostnames")


def unsafe(address: Address, settings: MongoSettings) -> Iterator[Hazard]:
    """What production refuses to start with."""
    url = f"{settings.model_config.get('env_prefix', '')}URL"
    yield from development_defaults(settings)
    if not address.is_local:
        yield from _on_the_way(address, settings, url)
    if address.options.get("w") == "0":
        yield Hazard(
            f"{url} has w=0: writes are not confirmed, and those that fail are answered as done.",
            "Leave w out, or set w=majority.",
        )


def _on_the_way(address: Address, settings: MongoSettings, url: str) -> Iterator[Hazard]:
    signs_in = address.has_user or address.options.get("authmechanism", "") in _WITHOUT_USER
    if not signs_in:
        yield Hazard(
            f"{url} names no user for a server elsewhere: it lets in everybody who reaches it.",
            "Switch on authorization in the server, and write "
            "mongodb://user:password@host/name?authSource=admin.",
        )
    secure = address.says("tls", default=address.says("ssl", default=address.is_srv))
    if not (secure or settings.trusted_network):
        trusted = f"{settings.model_config.get('env_prefix', '')}TRUSTED_NETWORK"
        yield Hazard(
            f"{url} does not use TLS to a server elsewhere: data and passwords can be read on the "
            "way.",
            f"Add ?tls=true. Set {trusted}=true if nobody can listen there.",
        )
    for option in filter(address.says, _UNVERIFIED):
        yield Hazard(
            f"{url} has {option}: anybody on the way can pretend to be the server.",
            f"Leave {option} out. For a certificate of your own, name it with tlsCAFile.",
        )
