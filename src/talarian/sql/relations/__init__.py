"""Relationships: loading what a response shows, and setting them from ids in a request."""

from .select import load_shown, select_for, shown
from .writes import related, related_sync, set_related, set_related_sync

__all__ = [
    "load_shown",
    "related",
    "related_sync",
    "select_for",
    "set_related",
    "set_related_sync",
    "shown",
]
