"""What differs between two answers, and what is left out."""

from __future__ import annotations

import json
from typing import Any

import pytest

from talarian.prove import expected, volatile
from talarian.prove.diff import Finding, differences, general
from talarian.prove.messages import Answer, Request

NAN = "ValueError: Out of range float values are not JSON compliant"


def answer(body: Any = None, status: int = 200, **headers: str) -> Answer:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    pairs = [[name.replace("_", "-"), value] for name, value in headers.items()]
    return Answer(status, pairs, content)


def names(one: Answer, other: Answer, *ignored: str) -> list[str]:
    return [finding.aspect for finding in differences(one, other, ignored)]


def test_the_same() -> None:
    assert differences(answer({"a": 1}, etag="x"), answer({"a": 1}, etag="x")) == []
    assert names(answer(date="today"), answer(date="tomorrow")) == []


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        (answer(1), answer(1, 201), ["status"]),
        (answer(1, etag="x"), answer(1), ["header etag"]),
        (answer({"a": [1, 2]}), answer({"a": [1, 3]}), ["body $.a[1]"]),
        (answer(1), answer(1.0), ["body $"]),
        (answer(1), answer(True), ["body $"]),
        (answer([1]), answer([1, 2]), ["body $", "body $[1]"]),
        (answer(b'{"a":1}'), answer(b'{"a": 1}'), ["body"]),
        (answer(b"\xff"), answer(b"\xfe"), ["body"]),
        (answer(b"a\nb"), answer(b"a\nc"), ["body line 2"]),
        (answer(1, set_cookie="a=1; Path=/"), answer(1, set_cookie="a=1"), ["cookie a"]),
    ],
)
def test_each_aspect(one: Answer, other: Answer, found: list[str]) -> None:
    assert names(one, other) == found


def test_two_documents_that_mean_the_same_are_shown_where_they_part() -> None:
    start = {f"name{number}": number for number in range(50)}
    one, other = answer({**start, "a": 1, "b": 2}), answer({**start, "b": 2, "a": 1})
    (found,) = differences(one, other)
    assert found.fastapi.startswith("…") and found.fastapi.endswith('"a": 1, "b": 2}')


def test_conversations_are_compared_message_by_message() -> None:
    one = Answer(transcript=[["server", "websocket.accept", {}], ["server", "websocket.send", {}]])
    other = Answer(transcript=[["server", "websocket.accept", {}]], error="ValueError: x")
    assert names(one, other) == ["complete", "message 2"]


def test_an_ignored_aspect_takes_those_below_with_it() -> None:
    one, other = answer({"a": {"b": 1}, "ab": 1}), answer({"a": {"b": 2}, "ab": 2})
    assert names(one, other, "body $.a") == ["body $.ab"]
    one, other = answer([{"a": 1}], content_length="9"), answer([{"a": 22}], content_length="10")
    assert names(one, other, "body $[].a") == []


def test_what_fastapi_does_not_repeat_is_random_for_the_whole_operation() -> None:
    asked = [Request("GET /a", "", "GET", "/a"), Request("GET /a", "", "GET", "/a?q=1")]
    first = [answer({"id": 1, "x": 1}), answer({"id": 7})]
    second = [answer({"id": 2, "x": 1}), answer({"id": 7})]
    random = volatile.learn(asked, first, second)
    assert names(answer({"id": 7}), answer({"id": 8}), *random.ignored(asked[1])) == []
    assert names(first[0], answer({"id": 3, "x": 2}), *random.ignored(asked[0])) == ["body $.x"]
    assert random.unanswerable == frozenset()


def test_a_status_that_fastapi_does_not_repeat_teaches_nothing() -> None:
    asked = [Request("POST /a", "", "POST", "/a")]
    random = volatile.learn(asked, [answer(1)], [answer(1, 409)])
    assert random.unanswerable == frozenset({0})
    assert not random.aspects


def test_positions_do_not_matter_to_the_general_name() -> None:
    assert general("body $.a[12].b[0]") == "body $.a[].b[]"
    assert general("body line 7") == "body line"


@pytest.mark.parametrize(
    ("finding", "there", "is_expected"),
    [
        (Finding("status", "500", "422"), Answer(500, error=NAN), True),
        (Finding("status", "500", "422"), Answer(500, error="KeyError: 1"), False),
        (Finding("status", "422", "500"), answer(1, 422), False),
        (Finding("header allow", "GET", "GET, PUT"), answer(1, 405), True),
        (Finding("header allow", "GET, PUT", "GET"), answer(1, 405), False),
        (Finding("header vary", "(absent)", "Origin"), answer(1, 500), True),
        (Finding("header vary", "(absent)", "Origin"), answer(1, 200), False),
        (Finding("body $.paths./a.get.operationId", '"f_a_get"', '"f_a_post"'), answer(), True),
        (Finding("body $.paths./a.get.operationId", '"f_a_get"', '"g_a_get"'), answer(), False),
    ],
)
def test_expected_differences(finding: Finding, there: Answer, is_expected: bool) -> None:
    assert bool(expected.reason(finding, there)) is is_expected
