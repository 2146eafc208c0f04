"""Projects as users have them: files in a folder that the command runs in."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from talarian import hook

Project = Callable[..., Path]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    """Write ``module="source"`` files, with the process put back in order afterwards."""
    modules = set(sys.modules)
    was_installed = hook.is_installed()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setattr(os, "environ", dict(os.environ))

    def write(**files: str) -> Path:
        for name, source in files.items():
            (tmp_path / f"{name}.py").write_text(source)
        return tmp_path

    yield write
    if not was_installed:
        hook.uninstall()
    for name in set(sys.modules) - modules:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(tmp_path)):
            del sys.modules[name]
