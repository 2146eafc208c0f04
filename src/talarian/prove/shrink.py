"""The smallest request that still shows a difference, and what must be asked before it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from talarian.prove.messages import Conversation, Question, Request

T = TypeVar("T")

Shows = Callable[[Sequence[Question]], bool]
"""Tells whether the last of these questions, asked in this order, shows the difference."""


def shortest(items: Sequence[T], shows: Callable[[Sequence[T]], bool]) -> list[T]:
    """Leave out as many items as possible, in halves, then quarters, then one by one.

    Zeller's delta debugging, without its complement step: https://doi.org/10.1109/32.988498
    """
    kept, size = list(items), (len(items) + 1) // 2
    while size:
        start = 0
        while start < len(kept):
            attempt = kept[:start] + kept[start + size :]
            if shows(attempt):
                kept = attempt
            else:
                start += size
        size = 0 if size == 1 else (size + 1) // 2
    return kept


def smallest(question: Question, shows: Callable[[Question], bool]) -> Question:
    """Take away from one question what the difference does not need."""
    while True:
        for simpler in simplified(question):
            if shows(simpler):
                question = simpler
                break
        else:
            return question


def simplified(question: Question) -> Iterator[Question]:
    """The same question with one thing less, the boldest first."""
    if isinstance(question, Conversation):
        for messages in _less(question.messages):
            yield replace(question, messages=messages)
        return
    if question.body:
        yield replace(question, body=b"", headers=_without_type(question))
        yield replace(question, body=b"")
    path, _, query = question.target.partition("?")
    if query:
        yield replace(question, target=path)
        for pairs in _less(tuple(query.split("&"))):
            yield replace(question, target=f"{path}?{'&'.join(pairs)}" if pairs else path)
    for headers in _less(question.headers):
        yield replace(question, headers=headers)
    yield from _less_body(question)


def _without_type(request: Request) -> tuple[tuple[str, str], ...]:
    return tuple(pair for pair in request.headers if pair[0].lower() != "content-type")


def _less(items: tuple[T, ...]) -> Iterator[tuple[T, ...]]:
    for position in range(len(items)):
        yield items[:position] + items[position + 1 :]


def _less_body(request: Request) -> Iterator[Request]:
    try:
        value = json.loads(request.body)
    except (ValueError, RecursionError):
        return
    for less in _less_json(value):
        body = json.dumps(less, ensure_ascii=False).encode(errors="replace")
        if len(body) < len(request.body):
            yield replace(request, body=body)


def _less_json(value: Any) -> Iterator[Any]:
    """The value with one member, item, level or half of a text less, at any depth."""
    if isinstance(value, dict):
        for name in value:
            yield {other: member for other, member in value.items() if other != name}
        for name, member in value.items():
            yield from ({**value, name: less} for less in _less_json(member))
    elif isinstance(value, list):
        for position in range(len(value)):
            yield value[:position] + value[position + 1 :]
        for position, item in enumerate(value):
            yield item
            for less in _less_json(item):
                yield [*value[:position], less, *value[position + 1 :]]
    elif isinstance(value, str) and len(value) > 1:
        yield value[: len(value) // 2]
