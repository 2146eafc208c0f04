"""What ``run`` and ``dev`` share: one command, in two modes that differ in their defaults."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import typer

from talarian.cli.lane import LaneLimits
from talarian.cli.load import load
from talarian.cli.locate import locate
from talarian.cli.server import Settings, serve


@dataclass(frozen=True)
class Mode:
    name: str
    host: str
    reload: bool


PRODUCTION = Mode("production", host="0.0.0.0", reload=False)
DEVELOPMENT = Mode("development", host="127.0.0.1", reload=True)

App = Annotated[
    str | None,
    typer.Argument(
        metavar="[APP]",
        show_default=False,
        help="A file, a folder or an import string (package.module:app). Without it: the "
        "entrypoint in pyproject.toml, then main.py, app.py, api.py, app/main.py, app/app.py, "
        "app/api.py.",
    ),
]
Entrypoint = Annotated[
    str | None,
    typer.Option("--entrypoint", "-e", help="The app as an import string: package.module:app"),
]
Name = Annotated[
    str | None,
    typer.Option("--app", help="The app's name in its module. Default: app, api, or any app."),
]
Host = Annotated[str, typer.Option(help="The address to listen on; 0.0.0.0 means all.")]
Port = Annotated[int, typer.Option(envvar="PORT", min=0, max=65535, help="0 picks a free one.")]
Workers = Annotated[int | None, typer.Option(min=1, help="The number of processes.")]
Reload = Annotated[bool, typer.Option(help="Restart when a source file changes.")]
ReloadDirs = Annotated[
    list[Path] | None,
    typer.Option(
        exists=True, file_okay=False, help="A folder to watch; repeatable. Default: this one."
    ),
]
RootPath = Annotated[str, typer.Option(help="The path prefix that a proxy strips.")]
ProxyHeaders = Annotated[bool, typer.Option(help="Believe X-Forwarded-* of trusted proxies.")]
ForwardedAllowIps = Annotated[
    str | None,
    typer.Option(
        envvar="FORWARDED_ALLOW_IPS",
        help="The trusted proxies, separated by commas; * trusts all. Default: 127.0.0.1",
    ),
]
LogLevel = Annotated[
    Literal["critical", "error", "warning", "info", "debug", "trace"],
    typer.Option(help="The least that is logged."),
]
AccessLog = Annotated[
    bool, typer.Option("--access-log/--no-access-log", help="Log a line for each request.")
]
Lane = Annotated[
    bool,
    typer.Option(
        "--lane/--no-lane",
        help="Answer compiled endpoints right where requests are parsed. Off: uvicorn's own "
        "protocol, plain ASGI.",
    ),
]
TimeoutRequestHeaders = Annotated[
    float | None,
    typer.Option(
        min=0.1,
        metavar="SECONDS",
        help="For a request line and its headers, from the first byte to the last, on the fast "
        "lane; then 408. Default: 60",
    ),
]
TimeoutRequestBody = Annotated[
    float | None,
    typer.Option(
        min=0.1,
        metavar="SECONDS",
        help="From one piece of a body to the next, on the fast lane; then 408. Default: 60",
    ),
]
LimitHeaderSize = Annotated[
    int | None,
    typer.Option(
        min=256,
        metavar="BYTES",
        help="For a request line and its headers together, on the fast lane; above it 431 or 414. "
        "Default: 65536",
    ),
]


def serving_command(mode: Mode) -> Callable[..., None]:
    """Return the function that typer makes into the command for ``mode``."""

    def command(
        app: App = None,
        entrypoint: Entrypoint = None,
        name: Name = None,
        host: Host = mode.host,
        port: Port = 8000,
        workers: Workers = None,
        reload: Reload = mode.reload,
        reload_dir: ReloadDirs = None,
        root_path: RootPath = "",
        proxy_headers: ProxyHeaders = True,
        forwarded_allow_ips: ForwardedAllowIps = None,
        log_level: LogLevel = "info",
        access_log: AccessLog = True,
        lane: Lane = True,
        timeout_request_headers: TimeoutRequestHeaders = None,
        timeout_request_body: TimeoutRequestBody = None,
        limit_header_size: LimitHeaderSize = None,
    ) -> None:
        settings = Settings(
            host=host,
            port=port,
            workers=workers,
            reload=reload,
            reload_dirs=reload_dir or [],
            root_path=root_path,
            proxy_headers=proxy_headers,
            forwarded_allow_ips=forwarded_allow_ips,
            log_level=log_level,
            access_log=access_log,
            lane=lane,
            lane_limits=LaneLimits(
                timeout_request_headers=timeout_request_headers,
                timeout_request_body=timeout_request_body,
                max_header_size=limit_header_size,
            ),
        )
        if mode is DEVELOPMENT:
            # Read by applications, as under `fastapi dev`; worker processes inherit it.
            os.environ.setdefault("FASTAPI_ENV", mode.name)
        serve(load(locate(app, entrypoint, name)), settings, mode.name)

    return command
