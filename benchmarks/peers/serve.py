"""Serve an ASGI application with uvicorn, as every Python contender but Robyn is served.

    python -m benchmarks.peers.serve ENGINE MODULE PORT

ENGINE is ``asgi`` (the module as it is), ``talarian`` (under the import hook, on uvicorn's own
protocol) or ``talarian-lane`` (under the import hook, on the fast lane).
"""

# The frameworks live in an environment of their own, where types are not checked.
# mypy: disable-error-code="import-not-found,untyped-decorator"
# pyright: basic, reportMissingImports=false

import sys
from importlib import import_module
from typing import Any

import uvicorn


def main(engine: str, module: str, port: str) -> None:
    http: Any = "httptools"
    if engine != "asgi":
        from talarian import hook

        hook.install()
    if engine == "talarian-lane":
        http = import_module("talarian.engine.serve.lane").LaneProtocol
    uvicorn.run(
        import_module(module).app,
        host="127.0.0.1",
        port=int(port),
        loop="uvloop",
        http=http,
        access_log=False,
        log_level="warning",
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
