"""A database browser: look at tables, search, filter and edit rows, during development."""

from .extension import DatabaseBrowser
from .settings import BrowserSettings

__all__ = ["BrowserSettings", "DatabaseBrowser"]
