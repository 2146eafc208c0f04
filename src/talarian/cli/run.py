"""``talarian run``: serve an application in production."""

from __future__ import annotations

from talarian.cli.serving import PRODUCTION, serving_command

run = serving_command(PRODUCTION)
run.__doc__ = "Serve an application, listening on all addresses. An unmodified FastAPI app will do."
