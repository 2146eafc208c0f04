"""Making requests small, writing them as commands, reading recorded ones."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from talarian.prove import curl, har, shrink
from talarian.prove.messages import Conversation, Question, Request
from talarian.prove.report import Difference, Report

BIG = Request(
    "POST /items",
    "everything",
    "POST",
    "/items?a=1&b=2",
    (("content-type", "application/json"), ("x-a", "1")),
    json.dumps({"name": "x" * 64, "tags": [[1]], "price": 2}).encode(),
)


def test_only_what_the_difference_needs_is_left() -> None:
    def shows(question: Question) -> bool:
        return (
            isinstance(question, Request) and b"tags" in question.body and "b=2" in question.target
        )

    small = shrink.smallest(BIG, shows)
    assert isinstance(small, Request)
    assert small.target == "/items?b=2"
    assert small.headers == ()
    assert json.loads(small.body).keys() == {"tags"}


def test_conversations_get_shorter() -> None:
    said = (("text", "a"), ("text", "b"), ("text", "c"))
    asked = Conversation("WEBSOCKET /ws", "", "/ws", messages=said)
    small = shrink.smallest(
        asked, lambda one: isinstance(one, Conversation) and ("text", "b") in one.messages
    )
    assert isinstance(small, Conversation)
    assert small.messages == (("text", "b"),)


@pytest.mark.parametrize("needed", [[], [3], [0, 7], [5, 6, 7]])
def test_what_must_come_before(needed: list[int]) -> None:
    assert shrink.shortest(range(8), lambda kept: set(needed) <= set(kept)) == needed


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (Request("", "", "GET", "/a?b=1&c=d"), ["http://localhost:8000/a?b=1&c=d"]),
        (Request("", "", "PUT", "/a"), ["-X", "PUT", "http://localhost:8000/a"]),
        (
            Request("", "", "GET", "/a?x[]=1", (("x-empty", ""),)),
            ["-g", "http://localhost:8000/a?x[]=1", "-H", "x-empty;"],
        ),
        (
            Request("", "", "POST", "/a", (("content-type", "text/plain"),), b"it's"),
            ["http://localhost:8000/a", "-H", "content-type: text/plain", "--data-binary", "it's"],
        ),
        (
            Request("", "", "POST", "/a", (), b"x"),
            ["http://localhost:8000/a", "-H", "content-type:", "--data-binary", "x"],
        ),
    ],
)
def test_commands(request_: Request, words: list[str]) -> None:
    assert shlex.split(curl.command(request_)) == ["curl", "-i", *words]


def test_bytes_go_through_printf() -> None:
    line = curl.command(Request("", "", "POST", "/a", (("content-type", "x"),), b"\xff%'\n@"))
    assert line.startswith("printf '\\377\\045\\047\\012@' | curl -i http://localhost:8000/a")
    assert line.endswith("--data-binary @-")


def test_an_archive(tmp_path: Path) -> None:
    recorded = {
        "method": "POST",
        "url": "https://shop.example/items/7?q=1",
        "headers": [
            {"name": ":authority", "value": "shop.example"},
            {"name": "Host", "value": "shop.example"},
            {"name": "Cookie", "value": "a=1"},
        ],
        "postData": {"mimeType": "text/plain", "text": "naïve"},
    }
    path = tmp_path / "shop.har"
    path.write_text(json.dumps({"log": {"entries": [{"request": recorded}]}}))
    (found,) = har.named(har.read(path), ["/items", "/items/{item_id}"])
    assert found == Request(
        "POST /items/{item_id}",
        "recorded",
        "POST",
        "/items/7?q=1",
        (("cookie", "a=1"),),
        "naïve".encode(),
    )


def test_a_file_that_is_no_archive(tmp_path: Path) -> None:
    path = tmp_path / "shop.har"
    path.write_text("{}")
    with pytest.raises(har.NotAnArchive, match=r"shop\.har can't be read as an HTTP Archive"):
        har.read(path)


def test_a_report() -> None:
    difference = Difference("POST /items", "status", "200", "500", BIG, count=3)
    expected = Difference("GET /", "header allow", "GET", "GET, PUT", None, expected="RFC 9110")
    versions = {"fastapi": "0.165.0", "pydantic": "2.12"}
    report = Report(
        versions,
        {**versions, "pydantic": "2.13"},
        operations=2,
        requests=10,
        differences=[difference, expected],
        unrepeatable=[],
        random={"GET /": frozenset({"body $.id"})},
        unanswerable=0,
        seconds=1.4,
    )
    text = report.text()
    assert "POST /items   status   (3 requests)\n    FastAPI    200\n    Talarian   500\n" in text
    assert "on purpose: RFC 9110" in text
    assert "Random on FastAPI itself, not compared: GET /   body $.id" in text
    assert "pydantic is 2.12 on FastAPI's side and 2.13 on Talarian's." in text
    assert text.endswith("1 difference in 10 requests on 2 operations, in 1 seconds.")
    data = json.loads(json.dumps(report.data()))
    assert data["differences"][0]["curl"][0].startswith("curl -i ")
    assert [each["expected"] for each in data["differences"]] == [None, "RFC 9110"]
