"""The access log, at a fraction of its price.

Formatting one record costs more than answering a simple request. As long as the access logger is
as uvicorn sets it up, its lines differ in five values only: the line is made once for each status
by the formatter itself, and the values are put in. Lines of one turn of the event loop are
written together. A logger that somebody has set up in another way gets its records, from the
moment on when it was: looking at it is cheap.
"""

import asyncio
import logging
import sys
from typing import TextIO

from uvicorn.config import LOGGING_CONFIG
from uvicorn.logging import AccessFormatter

_MESSAGE = '%s - "%s %s HTTP/%s" %d'
_DEFAULT = LOGGING_CONFIG["formatters"]["access"]["fmt"]
_MARKS = ("\x00client\x00", "\x00method\x00", "\x00target\x00", "\x00version\x00")


class AccessLog:
    """Writes one line for each request.

    Args:
        logger: uvicorn's access logger.
    """

    def __init__(self, logger: logging.Logger) -> None:
        self._logger = logger
        self._formatter: logging.Formatter | None = None
        self._lines: dict[int, str] = {}
        """By status; as the formatter has written them."""
        self._waiting: list[str] = []
        self._stream: TextIO | None = None
        """Where the lines go that wait."""

    def log(self, client: str, method: str, target: str, version: str, status: int) -> None:
        """Log a request; `client` is `address:port`, `target` has the query, percent-encoded."""
        handler = _plain_handler(self._logger)
        if handler is None:
            self._write()
            self._logger.info(_MESSAGE, client, method, target, version, status)
            return
        if handler.formatter is not self._formatter:
            self._formatter, self._lines = handler.formatter, {}
        line = self._lines.get(status)
        if line is None:
            line = self._lines[status] = self._line(handler, status)
        for mark, value in zip(_MARKS, (client, method, target, version), strict=True):
            line = line.replace(mark, value, 1)
        if self._stream is not handler.stream:
            self._write()
            self._stream = handler.stream
        if not self._waiting:
            asyncio.get_running_loop().call_soon(self._write)
        self._waiting.append(line)

    def _line(self, handler: "logging.StreamHandler[TextIO]", status: int) -> str:
        record = self._logger.makeRecord(
            self._logger.name, logging.INFO, "", 0, _MESSAGE, (*_MARKS, status), None
        )
        return handler.format(record) + handler.terminator

    def _write(self) -> None:
        stream = self._stream
        if stream is None or not self._waiting:
            return
        lines, self._waiting = "".join(self._waiting), []
        try:
            stream.write(lines)
            stream.flush()
        except (OSError, ValueError) as error:  # the stream is gone: serving goes on
            print(f"The access log cannot be written: {error}", file=sys.stderr)


def _plain_handler(logger: logging.Logger) -> "logging.StreamHandler[TextIO] | None":
    """The one handler of a logger that is as uvicorn sets it up; `None` if it is not."""
    if logger.propagate or logger.filters or len(logger.handlers) != 1:
        return None
    handler = logger.handlers[0]
    formatter = handler.formatter
    if type(handler) is not logging.StreamHandler or handler.filters:
        return None
    if type(formatter) is not AccessFormatter or formatter._fmt != _DEFAULT:
        return None
    return handler if handler.level <= logging.INFO and logger.isEnabledFor(logging.INFO) else None
