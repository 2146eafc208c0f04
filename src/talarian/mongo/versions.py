"""Versions of documents in HTTP: `ETag` and `If-Match` (RFC 9110, sections 8.8.3 and 13.1.1)."""

import re
from typing import Annotated

from talarian import Depends, Header

from .errors import VersionConflict
from .models import Versioned

# A list of entity tags; a weak one never matches where a document is to be changed.
_TAG = re.compile(r'(?P<weak>W/)?"(?P<tag>[^"]*)"')
# No version has more digits, and MongoDB has no longer integers.
_VERSION = re.compile(r"[1-9][0-9]{0,17}")


def etag(document: Versioned) -> str:
    """The `ETag` header of a document: `response.headers["ETag"] = etag(book)`."""
    return f'"{document.version}"'


def if_match(
    header: Annotated[
        str | None,
        Header(
            alias="If-Match",
            description="The ETag of the version that you have seen. 412 if there is a newer one.",
        ),
    ] = None,
) -> frozenset[int] | None:
    """Read `If-Match`: the versions it allows, `None` if any will do.

    Raises:
        VersionConflict: When it has no tag that was ever given out here.
    """
    if header is None or header.strip() == "*":
        return None
    tags = [found["tag"] for found in _TAG.finditer(header) if not found["weak"]]
    versions = frozenset(int(tag) for tag in tags if _VERSION.fullmatch(tag))
    if not versions:
        raise VersionConflict("If-Match names no version of this document.")
    return versions


IfMatch = Annotated[frozenset[int] | None, Depends(if_match)]
"""The versions of a document that a client accepts to change: hand it on as `if_version`."""
