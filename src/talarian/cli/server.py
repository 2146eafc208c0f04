"""Serving an application with uvicorn."""

from __future__ import annotations

import errno
import socket
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import ChangeReload, Multiprocess

from talarian.cli.banner import print_banner
from talarian.cli.failure import Failure
from talarian.cli.lane import LaneLimits, http_protocol
from talarian.cli.load import LoadedApp, load_import_string


@dataclass(frozen=True)
class Settings:
    """How to serve. ``workers`` and the trusted proxies fall back on uvicorn's own defaults."""

    host: str
    port: int
    workers: int | None
    reload: bool
    reload_dirs: list[Path]
    root_path: str
    proxy_headers: bool
    forwarded_allow_ips: str | None
    log_level: str
    access_log: bool
    lane: bool
    lane_limits: LaneLimits


class UserAppConfig(uvicorn.Config):
    """Loads the app as the command line did, in whichever process serves it."""

    def load_app(self) -> Any:
        """Import the app. In a worker an error ends the process, as uvicorn's own loading does."""
        try:
            return load_import_string(str(self.app))
        except Failure as failure:
            failure.show()
            sys.exit(STARTUP_FAILURE)


def serve(loaded: LoadedApp, settings: Settings, mode: str) -> None:
    """Serve until interrupted.

    Raises:
        Failure: When the address can't be had, or options contradict each other.
    """
    if settings.reload and (settings.workers or 1) > 1:
        raise Failure("--reload serves with one process. Leave out --workers or --reload.")
    protocol = http_protocol(settings.lane, settings.lane_limits)
    listener = bind(settings.host, settings.port)
    config = _config(loaded.import_string, settings, protocol)
    print_banner(mode, loaded, _url(settings.host, listener))
    server = uvicorn.Server(config)
    try:
        if settings.reload:
            ChangeReload(config, target=server.run, sockets=[listener]).run()
        elif config.workers > 1:
            Multiprocess(config, sockets=[listener]).run()
        else:
            server.run(sockets=[listener])
            if not server.started:
                sys.exit(STARTUP_FAILURE)
    except KeyboardInterrupt:
        pass


def _config(import_string: str, settings: Settings, protocol: Any) -> UserAppConfig:
    return UserAppConfig(
        import_string,
        host=settings.host,
        port=settings.port,
        workers=1 if settings.reload else settings.workers,
        reload=settings.reload,
        reload_dirs=[str(folder) for folder in settings.reload_dirs] or None,
        root_path=settings.root_path,
        proxy_headers=settings.proxy_headers,
        forwarded_allow_ips=settings.forwarded_allow_ips,
        log_level=settings.log_level,
        access_log=settings.access_log,
        http=protocol,
    )


def bind(host: str, port: int) -> socket.socket:
    """Return a socket bound to the address, to be shared by all processes that serve it.

    Bound before anything starts: a port that is taken is one message, not one for each worker.
    """
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    if sys.platform != "win32":
        # Lets a restarted server have the port of the one that just stopped. On Windows it would
        # let two servers share a port.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise Failure(_why_not(host, port, error)) from None
    listener.set_inheritable(True)
    return listener


def _why_not(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} on {host} is already in use, probably by another server. Stop that one, "
            f"or choose another port: --port {port + 1}"
        )
    if error.errno == errno.EACCES:
        return f"Port {port} needs more rights than you have. Choose one above 1023: --port 8000"
    return (
        f"Can't listen on {host}, port {port}: {error.strerror}. --host takes an address of this "
        "machine, such as 127.0.0.1, or 0.0.0.0 for all of them."
    )


def _url(host: str, listener: socket.socket) -> str:
    port = listener.getsockname()[1]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
