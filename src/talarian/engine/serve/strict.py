"""What HTTP/1.1 wants refused, and the parser lets pass (RFC 9112).

The parser reads several protocols that look alike, and does not compare fields with each other.
Where two servers in a row would not agree about a request, or about whom it is for, somebody can
make use of it; so these are refused before anything of the application sees them.
"""

import re
from collections.abc import Sequence

# uri-host [ ":" port ] (RFC 9110, section 7.2): a name, an IPv4 address, or an IP literal in
# brackets (RFC 3986, section 3.2.2). It may be empty, for targets that have no authority.
_HOST = re.compile(
    rb"(?:\[[0-9A-Fa-f:.]+\]|\[v[0-9A-Fa-f]+\.[\w.~!$&'()*+,;=:-]+\]"
    rb"|(?:[0-9A-Za-z_.~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)(?::[0-9]*)?[ \t]*"
)

Fault = tuple[int, str]
"""A status and what is wrong, in words for the client."""


def is_host(value: bytes) -> bool:
    """Whether a `Host` field could be one; space behind it is not part of it."""
    return _HOST.fullmatch(value) is not None


def fault(version: str, hosts: int, headers: Sequence[tuple[bytes, bytes]]) -> Fault | None:
    """Return what is wrong with a request that was parsed, `None` if it is in order.

    Args:
        version: As the parser has it: "1.1".
        hosts: How many `Host` fields there are.
        headers: All fields, names in lower case.
    """
    if version not in ("1.0", "1.1"):
        # A request line without a version is HTTP/0.9 to the parser.
        if version == "0.9":
            return 400, "The request line needs a version: HTTP/1.1"
        return 505, "HTTP/1.1 is spoken here."
    if hosts > 1:  # section 3.2
        return 400, "There has to be one Host header, and a valid one."
    if hosts == 0 and version == "1.1":
        return 400, "The Host header is missing."
    return _fault_of_codings(version, headers)


def _fault_of_codings(version: str, headers: Sequence[tuple[bytes, bytes]]) -> Fault | None:
    """Section 6.1. What the parser refuses by itself is left to it."""
    value = b",".join(value for name, value in headers if name == b"transfer-encoding")
    if not value:
        return None
    if version == "1.0":
        return 400, "Transfer-Encoding is not for HTTP/1.0."
    *before, last = [coding.strip(b" \t").lower() for coding in value.split(b",")]
    if last == b"chunked" and any(before) and b"chunked" not in before:
        return 501, "No transfer coding but chunked is understood."
    return None
