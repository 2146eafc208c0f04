"""The page about the rules: each has a section, whose first example has the trap."""

import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from talarian.doctor import examine
from talarian.doctor.rule import Rule
from talarian.doctor.rules import RULES

PAGE = (Path(__file__).parents[3] / "docs" / "doctor.md").read_text(encoding="utf-8")
SECTIONS = {
    title: re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    for title, text in re.findall(r"^### (\S+)\n(.*?)(?=^##|\Z)", PAGE, re.DOTALL | re.MULTILINE)
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path
    for name in ("wrong", "right"):
        sys.modules.pop(name, None)


def test_every_rule_is_in_the_table_with_its_level() -> None:
    rows = re.findall(r"^\| \[(\S+)\]\(#\1\) \| (\w+) \|", PAGE, re.MULTILINE)
    assert sorted(rows) == sorted((rule.name, rule.severity.value) for rule in RULES)
    assert list(SECTIONS) == [name for name, _ in rows]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_examples(rule: Rule, folder: Path) -> None:
    wrong, right = SECTIONS[rule.name]
    assert rule.name in rules_broken(folder, "wrong", wrong)
    assert rule.name not in rules_broken(folder, "right", right)


def rules_broken(folder: Path, name: str, source: str) -> set[str]:
    (folder / f"{name}.py").write_text(source)
    module: Any = importlib.import_module(name)
    return {finding.rule for finding in examine(module.app, module=name).findings}
