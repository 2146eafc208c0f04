"""``talarian dev``: serve an application while it is being written."""

from __future__ import annotations

from talarian.cli.serving import DEVELOPMENT, serving_command

dev = serving_command(DEVELOPMENT)
dev.__doc__ = "Serve an application on this machine only and restart it when its files change."
