"""What a URL of MongoDB says, without asking anybody: https://www.mongodb.com/docs/manual/reference/connection-string/"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import parse_qsl, unquote

from talarian.exceptions import TalarianError

_URL = re.compile(
    r"(?P<scheme>mongodb(?:\+srv)?)://(?:(?P<user>[^@/]*)@)?(?P<hosts>[^/?@]+)"
    r"(?:/(?P<database>[^?]*))?(?:\?(?P<options>.*))?"
)


@dataclass(frozen=True, slots=True)
class Address:
    """The parts of a URL."""

    hosts: tuple[str, ...]
    database: str
    has_user: bool
    is_srv: bool
    """Whether the hosts are found through DNS (`mongodb+srv`), which means TLS."""
    options: Mapping[str, str]
    """By names in small letters: MongoDB does not tell `maxPoolSize` from `maxpoolsize`."""

    @property
    def is_local(self) -> bool:
        """Whether nothing leaves this machine."""
        return all(map(_is_local, self.hosts))

    def says(self, option: str, *, default: bool = False) -> bool:
        """A yes-or-no option."""
        given = self.options.get(option.lower())
        return default if given is None else given.lower() == "true"


def parsed(url: str) -> Address:
    """Read a URL.

    Raises:
        TalarianError: When it is not one. The text does not show it: it may have a password.
    """
    read = _URL.fullmatch(url)
    if read is None:
        raise TalarianError(
            "The MongoDB URL cannot be read. It looks like mongodb://user:password@host/name or "
            "mongodb+srv://user:password@cluster/name; special characters of a password are "
            "percent-encoded."
        )
    database = unquote(read["database"] or "")
    if not database:
        raise TalarianError(
            "The MongoDB URL names no database. Its name comes after the host: "
            "mongodb://127.0.0.1:27017/app."
        )
    options = {name.lower(): value for name, value in parse_qsl(read["options"] or "")}
    return Address(
        tuple(read["hosts"].split(",")),
        database,
        bool(read["user"]),
        read["scheme"].endswith("+srv"),
        options,
    )


def _is_local(host: str) -> bool:
    if host.endswith(".sock"):
        return True
    name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"
