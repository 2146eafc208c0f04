"""Going on with a coroutine in a context of its own, from inside of another one's task."""

import types
from collections.abc import Callable, Generator
from typing import Any

NOT_BEGUN: Any = object()
"""In place of what a coroutine has yielded, if it is to go on at once."""


@types.coroutine
def relay(
    run: Callable[..., Any], coroutine: Any, waiting: Any = NOT_BEGUN, end: Any = None
) -> Generator[Any, Any, Any]:
    """Await what a coroutine waits for, and tell it what came of that, until it ends.

    Args:
        run: Takes each of its steps: `context.run`, say.
        coroutine: A coroutine, or anything that is stepped like one.
        waiting: What it has yielded.
        end: If it yields this, that is the end, too. `None` is none: it asks for the next turn.

    Returns:
        What it returned, or `end`.
    """
    try:
        if waiting is NOT_BEGUN:
            waiting = run(coroutine.send, None)
        while end is None or waiting is not end:
            try:
                value = yield waiting
            except BaseException as error:
                waiting = run(coroutine.throw, error)
            else:
                waiting = run(coroutine.send, value)
    except StopIteration as done:
        return done.value
    return end
