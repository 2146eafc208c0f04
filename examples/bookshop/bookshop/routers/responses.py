"""What the shop's own endpoints add to their documentation. `CrudRouter` knows its answers."""

from typing import Any

from talarian.resources import Conflict, Message

Responses = dict[int | str, dict[str, Any]]

NOT_FOUND: Responses = {404: {"model": Message, "description": "There is no such thing."}}
CONFLICT: Responses = {
    409: {"model": Conflict | Message, "description": "Something else is in the way."}
}
CHANGED: Responses = {
    412: {"model": Message, "description": "Somebody has changed it since it was read."}
}
CLOSED: Responses = {403: {"model": Message, "description": "Reviews are closed."}}
