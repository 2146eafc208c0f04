"""The answers of operations, for OpenAPI."""

from typing import Any

from ..errors import Conflict, Message
from ..pages import LINK_HEADER, LOCATION_HEADER
from ..versions import ETAG_HEADER

Responses = dict[int | str, dict[str, Any]]

BAD_REQUEST: Responses = {400: {"model": Message, "description": "What was sent cannot be read."}}
NOT_FOUND: Responses = {404: {"model": Message, "description": "There is no such item."}}
CONFLICT: Responses = {
    409: {
        "model": Conflict | Message,
        "description": "Another item is in the way, or someone else was faster.",
    }
}
NOT_MODIFIED: Responses = {304: {"description": "The client has the current version."}}
CHANGED: Responses = {
    412: {"model": Message, "description": "The item has another version than If-Match says."}
}
UNCONDITIONAL: Responses = {
    428: {"model": Message, "description": "If-Match is missing, and required."}
}


def listed() -> Responses:
    return {200: {"headers": LINK_HEADER}, **BAD_REQUEST}


def shown(versioned: bool) -> Responses:
    tagged: Responses = {200: {"headers": ETAG_HEADER}, **NOT_MODIFIED, **BAD_REQUEST}
    return {**NOT_FOUND, **(tagged if versioned else {})}


def added(versioned: bool, located: bool) -> Responses:
    headers = {**(LOCATION_HEADER if located else {}), **(ETAG_HEADER if versioned else {})}
    return {**CONFLICT, **({201: {"headers": headers}} if headers else {})}


def bulk(existing: bool, versioned: bool) -> Responses:
    """Of what writes many items: an error has one for each item that is in the way.

    Args:
        existing: Whether they are items that there are already.
        versioned: Whether those have versions.
    """
    statuses = [409, *([404] if existing else []), *([412] if existing and versioned else [])]
    description = "An item is in the way of all; `loc` has its index."
    return {status: {"model": Conflict, "description": description} for status in statuses}


def written(versioned: bool, required: bool, status: int = 200) -> Responses:
    """Of what changes an item that there is.

    Args:
        versioned: Whether it has versions.
        required: Whether If-Match is required.
        status: The status of success. A 204 shows no version.
    """
    responses = {**NOT_FOUND, **CONFLICT}
    if versioned:
        responses |= {**BAD_REQUEST, **CHANGED}
        if status != 204:
            responses |= {status: {"headers": ETAG_HEADER}}
        if required:
            responses |= UNCONDITIONAL
    return responses
