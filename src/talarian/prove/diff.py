"""What is different between two answers, as named aspects.

An answer is flattened into aspects: ``status``, ``header content-type``, ``cookie session``,
``body $.detail[0].msg``, ``message 2``. Two answers are compared aspect by aspect, so that one that
must differ (see `talarian.prove.volatile`) can be left out without losing the rest.
"""

from __future__ import annotations

import json
import os.path
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from talarian.prove.messages import Answer

Aspects = dict[str, str]
ABSENT: Final = "(absent)"
WIDTH: Final = 300


@dataclass(frozen=True)
class Finding:
    """One aspect that differs: what FastAPI answered, and what Talarian did."""

    aspect: str
    fastapi: str
    talarian: str


def differences(fastapi: Answer, talarian: Answer, ignored: Iterable[str] = ()) -> list[Finding]:
    """Every aspect that differs and is not among ``ignored`` (see `general`) or below one."""
    there, here = aspects(fastapi), aspects(talarian)
    skip = tuple(ignored)
    if any(aspect.startswith("body") for aspect in skip):
        skip = (*skip, "body", "header content-length")
    found = [
        Finding(name, there.get(name, ABSENT), here.get(name, ABSENT))
        for name in sorted({*there, *here}, key=_in_order)
        if there.get(name) != here.get(name) and not _is_below(general(name), skip)
    ]
    names = {finding.aspect for finding in found}
    if any(name.startswith("body ") for name in names):
        # The parts say it better than the whole, and the length follows from them.
        found = [each for each in found if each.aspect not in ("body", "header content-length")]
    return [_where(each) if each.aspect == "body" else each for each in found]


def _where(finding: Finding) -> Finding:
    """Cut two bodies that mean the same, or have no parts, down to where they part."""
    shared = len(os.path.commonprefix([finding.fastapi, finding.talarian]))
    start = max(0, shared - 60)
    before = "…" if start else ""
    return replace(
        finding,
        fastapi=before + finding.fastapi[start:],
        talarian=before + finding.talarian[start:],
    )


def general(aspect: str) -> str:
    """The aspect without positions: the same for each item of a list, for each line."""
    return re.sub(r"\[\d+\]", "[]", re.sub(r"^(body line|message) \d+", r"\1", aspect))


def _is_below(aspect: str, skip: Iterable[str]) -> bool:
    return any(
        aspect == one or (one != "body" and aspect.startswith((f"{one}.", f"{one}[", f"{one} ")))
        for one in skip
    )


def _in_order(aspect: str) -> tuple[int, str]:
    kinds = ("status", "complete", "header", "cookie", "message", "body")
    return kinds.index(aspect.partition(" ")[0]), aspect


def aspects(answer: Answer) -> Aspects:
    """Flatten an answer."""
    if answer.transcript is not None:
        return dict(_talk(answer))
    found: Aspects = {"status": str(answer.status or f"none ({answer.error})")}
    found.update(_headers(answer.headers))
    if not answer.complete:
        found["complete"] = "no: the response did not end"
    found["body"] = _shown(answer.body)
    found.update(_body(answer))
    return found


def _talk(answer: Answer) -> Iterator[tuple[str, str]]:
    for number, message in enumerate(answer.transcript or (), 1):
        yield f"message {number}", json.dumps(message, ensure_ascii=False)
    if answer.error is not None:
        yield "complete", "no: an exception left the application"


def _headers(headers: list[list[str]]) -> Iterator[tuple[str, str]]:
    by_name: dict[str, list[str]] = {}
    for name, value in headers:
        by_name.setdefault(name.lower(), []).append(value)
    # Servers write it, and it says when they were asked.
    by_name.pop("date", None)
    for value in by_name.pop("set-cookie", ()):
        name, _, rest = value.partition("=")
        # The date in a cookie follows from its age, which is compared.
        yield f"cookie {name}", re.sub(r"(?i)(expires=)[^;]*GMT", r"\1(a date)", rest)
    for name, values in by_name.items():
        yield f"header {name}", ", ".join(values)


def _body(answer: Answer) -> Iterator[tuple[str, str]]:
    try:
        text = answer.body.decode()
    except UnicodeDecodeError:
        return
    try:
        yield from _members("body $", json.loads(text))
    except (ValueError, RecursionError):
        lines = text.split("\n")
        if len(lines) > 1:
            yield "body lines", str(len(lines))
            yield from ((f"body line {number}", line) for number, line in enumerate(lines, 1))


def _members(path: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        yield path, "an object"
        for name, member in value.items():
            yield from _members(f"{path}.{name}", member)
    elif isinstance(value, list):
        yield path, f"a list of {len(value)}"
        for position, member in enumerate(value):
            yield from _members(f"{path}[{position}]", member)
    else:
        # As JSON: 1, 1.0, true and "1" are four different answers.
        yield path, json.dumps(value, ensure_ascii=False)


def _shown(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        return repr(body)


def short(text: str) -> str:
    """For one line of a report."""
    text = text.replace("\n", "\\n")
    return text if len(text) <= WIDTH else f"{text[:WIDTH]}… ({len(text)} characters)"


def by_name(findings: Iterable[Finding]) -> Mapping[str, Finding]:
    """One finding for each aspect without its positions: the first."""
    found: dict[str, Finding] = {}
    for finding in findings:
        found.setdefault(general(finding.aspect), finding)
    return found
