"""What an annotation can say of a setting."""

from dataclasses import dataclass

RANDOM_KEY = "python -c 'import secrets; print(secrets.token_urlsafe(32))'"
"""A command that prints 32 random bytes."""


@dataclass(frozen=True, slots=True)
class DevelopmentOnly:
    """Marks a setting whose default is for development: production refuses to start with it.

        signing_key: Annotated[Secret, DevelopmentOnly()] = Secret("not secret at all")

    Args:
        advice: How to get a value for production. By default, the command for a random key.
    """

    advice: str = f"Make a random one: {RANDOM_KEY}"
