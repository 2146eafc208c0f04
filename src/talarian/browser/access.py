"""Who may use the database browser."""

import secrets
from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from urllib.parse import urlsplit

from starlette.requests import Request

from talarian import Depends, HTTPException
from talarian.environment import Environment, current_environment
from talarian.security import HTTPBasic, HTTPBasicCredentials

from .settings import BrowserSettings

Guard = Callable[..., Awaitable[None]]

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_SAFE_METHODS = frozenset({"GET", "HEAD"})
_HOW = (
    "Set DATABASE_BROWSER_PASSWORD, or give DatabaseBrowser(authenticate=…) a dependency that "
    "returns the user."
)


def guard(authenticate: Callable[..., Any] | None, settings: BrowserSettings) -> Guard:
    """Return the dependency that every request to the browser must get past: what the user gave,
    or a password, or being on the developer's own machine."""
    if authenticate is not None:
        return _signed_in(authenticate)
    if settings.password.get_secret_value():
        return _signed_in(_password(settings))
    return _on_this_machine


def is_guarded(authenticate: Callable[..., Any] | None, settings: BrowserSettings) -> bool:
    """Whether somebody has to sign in."""
    return authenticate is not None or bool(settings.password.get_secret_value())


def _signed_in(authenticate: Callable[..., Any]) -> Guard:
    async def signed_in(request: Request, user: Annotated[Any, Depends(authenticate)]) -> None:
        # Fail closed: a dependency that finds no user and returns None has not let anybody in.
        if not user:
            raise HTTPException(
                403, "The database browser is for users whom its `authenticate` returns."
            )
        _refuse_other_sites(request)

    return signed_in


def _password(settings: BrowserSettings) -> Callable[..., str]:
    scheme = HTTPBasic(realm="database browser")

    def signed_in(credentials: Annotated[HTTPBasicCredentials, Depends(scheme)]) -> str:
        expected = (settings.username, settings.password.get_secret_value())
        given = (credentials.username, credentials.password)
        # Both are always compared, so that the time does not tell which one is wrong.
        right = [
            secrets.compare_digest(one.encode(), other.encode())
            for one, other in zip(given, expected, strict=True)
        ]
        if not all(right):
            raise HTTPException(
                401,
                "The name or the password is wrong.",
                headers={"WWW-Authenticate": 'Basic realm="database browser"'},
            )
        return credentials.username

    return signed_in


async def _on_this_machine(request: Request) -> None:
    environment = current_environment()
    if environment is Environment.PRODUCTION:
        raise HTTPException(403, f"The database browser has no authentication. {_HOW}")
    if not (_is_test_client(request, environment) or _is_local(request)):
        raise HTTPException(
            403,
            "Without authentication, the database browser is for the machine that it runs on, at "
            f"http://localhost or http://127.0.0.1. {_HOW}",
        )
    _refuse_other_sites(request)


def _is_test_client(request: Request, environment: Environment) -> bool:
    # No address in a network is a word.
    client = request.client
    return environment is Environment.TEST and client is not None and client.host == "testclient"


def _is_local(request: Request) -> bool:
    # The name must be local too: a site that a developer visits can give its own name the
    # address 127.0.0.1 (DNS rebinding), and a proxy on this machine has that address.
    client = request.client
    name = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    is_forwarded = "forwarded" in request.headers or "x-forwarded-for" in request.headers
    return (
        client is not None
        and client.host in _LOOPBACK
        and (name in _LOOPBACK or name.endswith(".localhost"))
        and not is_forwarded
    )


def _refuse_other_sites(request: Request) -> None:
    """Refuse writes that a page of another site makes (cross-site request forgery).

    Forms have tokens besides. https://www.w3.org/TR/fetch-metadata/, RFC 6454.
    """
    if request.method in _SAFE_METHODS:
        return
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None:
        allowed = site in ("same-origin", "none")
    else:
        allowed = origin is None or urlsplit(origin).netloc == request.headers.get("host")
    if not allowed:
        raise HTTPException(403, "Pages of other sites may not write to the database.")
