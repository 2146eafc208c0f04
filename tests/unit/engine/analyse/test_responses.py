from collections.abc import AsyncIterable, AsyncIterator, Callable, Generator, Iterable, Iterator
from typing import Any

import pytest
from pydantic import BaseModel
from starlette.responses import HTMLResponse, JSONResponse, StreamingResponse

from talarian.engine.analyse.plan import ResponsePlan, Stream
from talarian.engine.analyse.responses import (
    chosen_class,
    has_content,
    plan_response,
    stream_item_type,
)
from talarian.engine.declare.declaration import Declaration
from talarian.engine.ground.callables import classify
from talarian.engine.ground.errors import TalarianError
from talarian.engine.ground.sentinels import Default
from talarian.engine.ground.sse import EventSourceResponse


class Item(BaseModel):
    name: str


def planned(endpoint: Callable[..., Any], **options: Any) -> ResponsePlan:
    return plan_response(Declaration("/", endpoint, **options), classify(endpoint), "unique")


def model(endpoint: Callable[..., Any], **options: Any) -> Any:
    field = planned(endpoint, **options).field
    return field and field.annotation


class TestModel:
    def test_it_is_the_return_annotation(self) -> None:
        def annotated() -> list[Item]:
            return []

        def bare():  # type: ignore[no-untyped-def]
            ...

        assert model(annotated) == list[Item]
        assert model(bare) is None

    def test_what_was_declared_wins(self) -> None:
        def annotated() -> Item:
            return Item(name="")

        assert model(annotated, response_model=dict) is dict
        assert model(annotated, response_model=None) is None

    @pytest.mark.parametrize("annotation", [JSONResponse, HTMLResponse, None])
    def test_a_response_is_its_own_model(self, annotation: Any) -> None:
        def endpoint() -> Any: ...

        endpoint.__annotations__["return"] = annotation
        assert model(endpoint) is None

    def test_a_union_with_a_response_is_not_a_model(self) -> None:
        def endpoint() -> Item | JSONResponse:
            return Item(name="")

        with pytest.raises(TalarianError, match="response_model=None"):
            planned(endpoint)

    @pytest.mark.parametrize("status", [100, 204, 205, 304])
    def test_statuses_without_content_have_none(self, status: int) -> None:
        def endpoint() -> Item:
            return Item(name="")

        with pytest.raises(AssertionError, match=f"Status code {status} must not have a response"):
            planned(endpoint, status_code=status)
        assert model(endpoint, status_code=status, response_model=None) is None


class TestStreams:
    @pytest.mark.parametrize(
        ("options", "stream"),
        [
            ({}, Stream.JSON_LINES),
            ({"response_class": EventSourceResponse}, Stream.SERVER_SENT_EVENTS),
            ({"response_class": Default(EventSourceResponse)}, Stream.SERVER_SENT_EVENTS),
            ({"response_class": StreamingResponse}, Stream.RAW),
        ],
    )
    def test_the_response_class_says_how(self, options: Any, stream: Stream) -> None:
        async def endpoint() -> AsyncIterable[Item]:
            yield Item(name="")

        plan = planned(endpoint, **options)
        # Raw chunks are bytes already: what they were annotated with is for people.
        item = None if stream is Stream.RAW else Item
        assert (plan.stream, plan.field, plan.item_type) == (stream, None, item)
        assert (plan.item_field is None) is (item is None)

    def test_only_what_yields_streams(self) -> None:
        def returning() -> Iterable[int]:
            return [1]

        plan = planned(returning)
        assert plan.stream is None
        assert plan.field is not None

    @pytest.mark.parametrize(
        ("annotation", "item"),
        [
            (AsyncIterable[int], int),
            (AsyncIterator[str], str),
            (Iterable[Item], Item),
            (Iterator[int | None], int | None),
            (Generator[int, None, None], int),
            (Iterable, Any),
            (list[int], None),
            (int, None),
            (None, None),
        ],
    )
    def test_item_types(self, annotation: Any, item: Any) -> None:
        assert stream_item_type(annotation) == item


class TestAdditional:
    def test_models_of_other_statuses(self) -> None:
        def endpoint() -> None: ...

        plan = planned(endpoint, responses={404: {"model": Item}, "default": {}, 204: {}})
        assert {status: field.annotation for status, field in plan.additional.items()} == {
            404: Item
        }

    @pytest.mark.parametrize(
        ("responses", "message"),
        [
            ({404: Item}, "An additional response must be a dict"),
            ({204: {"model": Item}}, "Status code 204 must not have a response body"),
        ],
    )
    def test_contradictions(self, responses: Any, message: str) -> None:
        def endpoint() -> None: ...

        with pytest.raises(AssertionError, match=message):
            planned(endpoint, responses=responses)


@pytest.mark.parametrize(
    ("status", "content"),
    [(None, True), (200, True), (199, False), (204, False), ("204", False), ("4XX", True)],
)
def test_which_statuses_have_content(status: Any, content: bool) -> None:
    assert has_content(status) is content


def test_the_class_behind_a_default() -> None:
    assert chosen_class(HTMLResponse) is HTMLResponse
    assert chosen_class(Default(HTMLResponse)) is HTMLResponse
