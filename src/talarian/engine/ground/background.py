"""Work done after the response has been sent."""

from collections.abc import Callable
from typing import Any, ParamSpec

from starlette.background import BackgroundTasks as StarletteBackgroundTasks

from .observe import watching

P = ParamSpec("P")


class BackgroundTasks(StarletteBackgroundTasks):
    """Tasks to run, one after the other, once the response has been sent.

    Ask for it as a parameter of an endpoint or a dependency: all of a request share one.
    See https://fastapi.tiangolo.com/tutorial/background-tasks/.
    """

    def add_task(self, func: Callable[P, Any], *args: P.args, **kwargs: P.kwargs) -> None:
        """Run `func(*args, **kwargs)` later; in a worker thread if it is not `async`."""
        super().add_task(func, *args, **kwargs)

    async def __call__(self) -> None:
        observer = watching.get()
        for task in self.tasks:
            with observer.operation("background_task", task.func):
                await task()
