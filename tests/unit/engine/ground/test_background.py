import anyio
from starlette.background import BackgroundTasks as StarletteBackgroundTasks

from talarian.engine.ground.background import BackgroundTasks


def test_tasks_run_in_order_with_their_arguments() -> None:
    done: list[tuple[str, int]] = []

    def blocking(name: str, *, number: int) -> None:
        done.append((name, number))

    async def asynchronous(name: str, number: int) -> None:
        done.append((name, number))

    tasks = BackgroundTasks()
    assert isinstance(tasks, StarletteBackgroundTasks)
    tasks.add_task(blocking, "first", number=1)
    tasks.add_task(asynchronous, "second", 2)
    assert done == []
    anyio.run(tasks)
    assert done == [("first", 1), ("second", 2)]
