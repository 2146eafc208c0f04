"""``talarian run``: serve an application in production."""

from __future__ import annotations

from talarian.cli.serving import Mode, serving_command

run = serving_command(Mode("production", host="0.0.0.0", reload=False))
run.__doc__ = "Serve an application, listening on all addresses. An unmodified FastAPI app will do."
