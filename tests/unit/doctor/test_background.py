"""`background-tasks-replaced`, `-dropped` and `-too-late`."""

from collections.abc import Callable, Iterator
from typing import Annotated, Any

import pytest
from starlette.background import BackgroundTask

from talarian import BackgroundTasks, Depends, HTTPException, Talarian
from talarian.responses import JSONResponse
from tests.unit.doctor.observing import found_at, seen


def work() -> None: ...


def app_with(endpoint: Callable[..., Any], *dependencies: Any) -> Talarian:
    app = Talarian()
    app.add_api_route("/mail", endpoint, response_model=None, dependencies=dependencies)
    return app


def audit(tasks: BackgroundTasks) -> None:
    tasks.add_task(work)


def own_tasks(tasks: BackgroundTasks) -> JSONResponse:
    tasks.add_task(work)
    return JSONResponse({}, background=BackgroundTask(work))


def own_tasks_by_name() -> JSONResponse:
    response = JSONResponse({}, background=BackgroundTask(work))
    return response


def handed_on(tasks: BackgroundTasks) -> JSONResponse:
    tasks.add_task(work)
    return JSONResponse({}, background=tasks)


def without_own(tasks: BackgroundTasks) -> JSONResponse:
    tasks.add_task(work)
    return JSONResponse({})


def unused(tasks: BackgroundTasks) -> JSONResponse:
    return JSONResponse({}, background=BackgroundTask(work))


class TestReplaced:
    RULE = "background-tasks-replaced"

    def test_a_response_with_its_own(self) -> None:
        found_at(self.RULE, app_with(own_tasks), own_tasks, "return JSONResponse")

    def test_the_tasks_of_a_dependency(self) -> None:
        app = app_with(own_tasks_by_name, Depends(audit))
        finding = found_at(self.RULE, app, own_tasks_by_name, "return response")
        assert "audit adds" in finding.message

    @pytest.mark.parametrize("endpoint", [handed_on, without_own, unused, own_tasks_by_name])
    def test_nothing_is_lost(self, endpoint: Callable[..., Any]) -> None:
        assert seen(self.RULE, app_with(endpoint)) == []


def raises_after(tasks: BackgroundTasks, ok: bool) -> None:
    if not ok:
        tasks.add_task(work)
        raise HTTPException(500)


def may_raise_after(tasks: BackgroundTasks, ok: bool) -> None:
    tasks.add_task(work)
    if not ok:
        raise HTTPException(400, "no")


def raises_before(tasks: BackgroundTasks, ok: bool) -> None:
    if not ok:
        raise HTTPException(400)
    tasks.add_task(work)


def raises_elsewhere(tasks: BackgroundTasks, ok: bool) -> None:
    if ok:
        tasks.add_task(work)
    else:
        raise HTTPException(400)


def catches(tasks: BackgroundTasks) -> None:
    tasks.add_task(work)
    try:
        raise HTTPException(400)
    except HTTPException:
        pass


class TestDropped:
    RULE = "background-tasks-dropped"

    @pytest.mark.parametrize("endpoint", [raises_after, may_raise_after])
    def test_an_exception_after_a_task(self, endpoint: Callable[..., Any]) -> None:
        found_at(self.RULE, app_with(endpoint), endpoint, "raise HTTPException")

    @pytest.mark.parametrize("endpoint", [raises_before, raises_elsewhere, catches])
    def test_no_exception_after_a_task(self, endpoint: Callable[..., Any]) -> None:
        assert seen(self.RULE, app_with(endpoint)) == []

    def test_a_dependency_is_named_once(self) -> None:
        app = app_with(work, Depends(raises_after))
        app.get("/again", dependencies=[Depends(raises_after)])(work)
        found_at(self.RULE, app, raises_after, "raise HTTPException")


def late(tasks: BackgroundTasks) -> Iterator[None]:
    yield
    tasks.add_task(work)


def early(tasks: BackgroundTasks) -> Iterator[None]:
    tasks.add_task(work)
    yield


class TestTooLate:
    RULE = "background-tasks-too-late"

    def test_after_yield(self) -> None:
        found_at(self.RULE, app_with(work, Depends(late)), late, "add_task")

    def test_before_yield(self) -> None:
        assert seen(self.RULE, app_with(work, Depends(early))) == []

    def test_the_scope_of_the_function_is_in_time(self) -> None:
        async def endpoint(_: Annotated[None, Depends(late, scope="function")]) -> None: ...

        assert seen(self.RULE, app_with(endpoint)) == []
