"""The access log: to the byte what uvicorn writes, in whatever way it is set up."""

import asyncio
import copy
import io
import logging
import logging.config
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from uvicorn.config import LOGGING_CONFIG
from uvicorn.logging import AccessFormatter

from talarian.engine.serve.access import AccessLog, _plain_handler

Entry = tuple[str, str, str, str, int]
Change = Callable[[logging.Logger], None]
FORMAT: str = LOGGING_CONFIG["formatters"]["access"]["fmt"]
ENTRY: Entry = ("127.0.0.1:5000", "GET", "/a?b=%20&c=%s", "1.1", 200)
MESSAGE = '%s - "%s %s HTTP/%s" %d'


def set_up(use_colors: bool) -> logging.Logger:
    """A logger as uvicorn sets up its own, which writes into memory."""
    logger = logging.Logger("access")  # of which pytest does not know: it would add a handler
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(AccessFormatter(FORMAT, use_colors=use_colors))
    logger.addHandler(handler)
    logger.propagate = False
    logger.setLevel(logging.INFO)
    return logger


@pytest.fixture
def logger() -> logging.Logger:
    return set_up(False)


def handler_of(logger: logging.Logger) -> Any:
    return logger.handlers[0]


def written(logger: logging.Logger, *entries: Entry) -> str:
    """What is in the stream when these were logged in one turn of the event loop."""

    async def main() -> None:
        log = AccessLog(logger)
        for entry in entries:
            log.log(*entry)
        await asyncio.sleep(0)

    return _in_stream(logger, lambda: asyncio.run(main()))


def by_logging(logger: logging.Logger, *entries: Entry) -> str:
    """What uvicorn's protocol would have brought there."""

    def log() -> None:
        for entry in entries:
            logger.info(MESSAGE, *entry)

    return _in_stream(logger, log)


def _in_stream(logger: logging.Logger, write: Callable[[], None]) -> str:
    stream = handler_of(logger).stream = io.StringIO()
    write()
    text: str = stream.getvalue()
    return text


texts = st.text(
    st.characters(min_codepoint=0x20, max_codepoint=0x24F, blacklist_characters="\x7f"), max_size=8
)
entries = st.tuples(
    st.sampled_from(["127.0.0.1:1", "::1:65535", "", "%s:%d", "a:b"]),
    st.sampled_from(["GET", "POST", "M-SEARCH"]),
    texts.map(lambda text: f"/{text}")
    | st.sampled_from(["/%", "/%d?%s", "/{client_addr}", "/a%00"]),
    st.just("1.1"),
    st.sampled_from([100, 200, 204, 299, 304, 404, 418, 500, 599]),
)


@pytest.mark.parametrize("use_colors", [True, False])
def test_the_bytes_are_the_same(use_colors: bool) -> None:
    logger = set_up(use_colors)

    @settings(max_examples=150, deadline=None)
    @given(st.lists(entries, max_size=4))
    def same(entries: list[Entry]) -> None:
        assert written(logger, *entries) == by_logging(logger, *entries)

    same()
    assert ("\x1b[" in written(logger, ENTRY)) is use_colors


def test_what_uvicorn_sets_up_is_the_short_way() -> None:
    config = copy.deepcopy(LOGGING_CONFIG)
    config["handlers"]["access"]["stream"] = io.StringIO()
    logger = logging.getLogger("uvicorn.access")
    before = logger.handlers, logger.level, logger.propagate
    try:
        logging.config.dictConfig(
            {**config, "loggers": {"uvicorn.access": config["loggers"]["uvicorn.access"]}}
        )
        assert _plain_handler(logger) is logger.handlers[0]
    finally:
        logger.handlers, logger.level, logger.propagate = before


def test_no_record_is_made(logger: logging.Logger, monkeypatch: pytest.MonkeyPatch) -> None:
    log = AccessLog(logger)

    async def main() -> None:
        log.log(*ENTRY)
        monkeypatch.setattr(logger, "makeRecord", lambda *args, **more: pytest.fail("a record"))
        log.log(*ENTRY)
        await asyncio.sleep(0)

    assert _in_stream(logger, lambda: asyncio.run(main())).count("\n") == 2


def test_lines_of_one_turn_are_written_together(logger: logging.Logger) -> None:
    class Counting(io.StringIO):
        pieces = 0

        def write(self, text: str) -> int:
            self.pieces += 1
            return super().write(text)

    stream = handler_of(logger).stream = Counting()

    async def main() -> None:
        log = AccessLog(logger)
        for turn in range(1, 4):
            log.log(*ENTRY)
            log.log(*ENTRY)
            await asyncio.sleep(0)
            assert stream.pieces == turn

    asyncio.run(main())
    assert stream.getvalue().count("\n") == 6


@pytest.mark.parametrize("error", [ValueError("I/O operation on closed file"), OSError("gone")])
def test_a_stream_that_is_gone(
    logger: logging.Logger, capsys: pytest.CaptureFixture[str], error: Exception
) -> None:
    class Gone(io.StringIO):
        def write(self, text: str) -> int:
            raise error

    handler_of(logger).stream = Gone()

    async def main() -> None:
        log = AccessLog(logger)
        log.log(*ENTRY)
        await asyncio.sleep(0)
        handler_of(logger).stream = io.StringIO()
        log.log(*ENTRY)
        await asyncio.sleep(0)

    asyncio.run(main())
    assert f"The access log cannot be written: {error}" in capsys.readouterr().err
    assert handler_of(logger).stream.getvalue().count("\n") == 1


class OwnFormatter(AccessFormatter):
    def formatMessage(self, record: logging.LogRecord) -> str:
        return "own " + super().formatMessage(record)


class OwnHandler(logging.StreamHandler[Any]):
    def emit(self, record: logging.LogRecord) -> None:
        self.stream.write("own\n")
        super().emit(record)


def _format(logger: logging.Logger) -> None:
    handler_of(logger).setFormatter(AccessFormatter("%(client_addr)s %(asctime)s", datefmt="%Y"))


def _own_formatter(logger: logging.Logger) -> None:
    handler_of(logger).setFormatter(OwnFormatter(FORMAT, use_colors=False))


def _plain_formatter(logger: logging.Logger) -> None:
    handler_of(logger).setFormatter(logging.Formatter("%(message)s"))


def _no_formatter(logger: logging.Logger) -> None:
    handler_of(logger).setFormatter(None)


def _own_handler(logger: logging.Logger) -> None:
    handler = OwnHandler(io.StringIO())
    handler.setFormatter(handler_of(logger).formatter)
    logger.handlers = [handler]


def _second_handler(logger: logging.Logger) -> None:
    logger.addHandler(logging.NullHandler())


def _filtered(logger: logging.Logger) -> None:
    logger.addFilter(lambda record: "/health" not in str(record.args))


def _handler_filtered(logger: logging.Logger) -> None:
    handler_of(logger).addFilter(lambda record: "/health" not in str(record.args))


def _quiet(logger: logging.Logger) -> None:
    logger.setLevel(logging.WARNING)


def _propagating(logger: logging.Logger) -> None:
    logger.propagate = True


CHANGES: tuple[Change, ...] = (
    *(_format, _own_formatter, _plain_formatter, _no_formatter, _own_handler, _second_handler),
    *(_filtered, _handler_filtered, _quiet, _propagating),
)


@pytest.mark.parametrize("change", CHANGES)
def test_a_logger_that_is_set_up_in_another_way_gets_records(
    logger: logging.Logger, change: Change
) -> None:
    change(logger)
    assert _plain_handler(logger) is None
    of_health = ("127.0.0.1:1", "GET", "/health", "1.1", 200)
    assert written(logger, ENTRY, of_health) == by_logging(logger, ENTRY, of_health)


@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO])
def test_handlers_whose_level_lets_it_pass(logger: logging.Logger, level: int) -> None:
    handler_of(logger).setLevel(level)
    assert written(logger, ENTRY) == by_logging(logger, ENTRY) != ""


def test_handlers_whose_level_is_too_high(logger: logging.Logger) -> None:
    handler_of(logger).setLevel(logging.WARNING)
    assert written(logger, ENTRY) == by_logging(logger, ENTRY)


def test_logging_that_is_switched_off(logger: logging.Logger) -> None:
    logging.disable(logging.INFO)
    try:
        assert written(logger, ENTRY) == by_logging(logger, ENTRY) == ""
    finally:
        logging.disable(logging.NOTSET)


@pytest.mark.parametrize("turns", [0, 1])
@pytest.mark.parametrize(
    "change", [_format, _plain_formatter, _no_formatter, _filtered, _handler_filtered, _quiet]
)
def test_a_logger_that_is_set_up_later(logger: logging.Logger, change: Change, turns: int) -> None:
    def change_in_between(log: Callable[..., None]) -> str:
        async def main() -> None:
            log(*ENTRY)
            for _ in range(turns):
                await asyncio.sleep(0)
            change(logger)
            log("127.0.0.1:1", "GET", "/health", "1.1", 200)
            await asyncio.sleep(0)

        return _in_stream(logger, lambda: asyncio.run(main()))

    state = handler_of(logger).formatter
    ours = change_in_between(AccessLog(logger).log)
    handler_of(logger).setFormatter(state)
    handler_of(logger).filters, logger.filters = [], []
    logger.setLevel(logging.INFO)
    theirs = change_in_between(lambda *entry: logger.info(MESSAGE, *entry))
    assert ours == theirs
