"""``talarian dev``: serve an application while it is being written."""

from __future__ import annotations

from talarian.cli.serving import Mode, serving_command

dev = serving_command(Mode("development", host="127.0.0.1", reload=True))
dev.__doc__ = "Serve an application on this machine only and restart it when its files change."
