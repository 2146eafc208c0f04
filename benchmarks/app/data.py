"""What the applications answer with, and what the harness expects: plain values, no framework."""

from typing import Any

COUNT = 1000
"""How many rows a long answer has, and how many routes the application with many of them."""

SECRET = "3f6b1d0c9a7e52488c41f09bd2e675a1b7c3d95e60f2a4187d3c6e9f05b8a214"
"""Signs the tokens of the `secured` application. Nothing is protected by it."""

ORIGIN = "https://app.example"
"""Where the browser's page came from, for CORS."""


def row(number: int) -> dict[str, Any]:
    """One item as JSON has it. Fastify's and Go's applications build the same."""
    return {"id": number, "name": f"item {number}", "price": number + 0.5, "tags": ["a", "b"]}
