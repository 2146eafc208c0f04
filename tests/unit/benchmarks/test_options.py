"""What the command line of the benchmark selects, and what the scenarios are made of."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from pathlib import Path

import pytest

from benchmarks import bench, quick
from benchmarks.app.data import SECRET
from benchmarks.load.contenders import CONTENDERS
from benchmarks.load.environments import BENCHMARKS, pin
from benchmarks.report.write import EVERYBODY
from benchmarks.scenarios import SCENARIOS, token
from tests.unit.benchmarks.made import results, sample


@pytest.mark.parametrize(
    ("option", "why"),
    [
        (["--only", "talarian,django"], "There is no contender 'django'. There are: talarian, "),
        (["--scenarios", "roots"], "There is no scenario 'roots'. There are: root, params, "),
    ],
)
def test_names_that_do_not_exist(
    option: list[str], why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench.main(option) == 2
    assert why in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--rounds", "--seconds", "--connections"])
def test_numbers_start_at_one(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        bench.main([option, "0"])
    assert "must be 1 or more" in capsys.readouterr().err


def test_an_earlier_run_is_written_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    results(sample("talarian", 0, 20)).write(tmp_path / "results.json")
    assert bench.main(["--read", str(tmp_path / "results.json")]) == 0
    assert capsys.readouterr().out.strip() == str(tmp_path / "RESULTS.md")
    assert "GET, a small dict" in (tmp_path / "RESULTS.md").read_text()


def test_everybody_is_asked_what_the_chart_compares() -> None:
    for contender in CONTENDERS.values():
        assert set(EVERYBODY) <= set(contender.scenarios) <= set(SCENARIOS)


def test_both_engines_are_asked_everything() -> None:
    for name in ("talarian", "talarian-asgi", "fastapi"):
        assert CONTENDERS[name].scenarios == tuple(SCENARIOS)


def test_in_process_scenarios_exist() -> None:
    assert set(quick.ASKED) <= set(SCENARIOS)


def test_pins_are_read() -> None:
    requirements = BENCHMARKS / "requirements.txt"
    assert pin("fastapi", requirements) == "0.165.0"
    assert pin("sqlalchemy", requirements).startswith("2.")
    with pytest.raises(LookupError, match="django is not in"):
        pin("django", requirements)


def test_a_token_is_signed() -> None:
    head, claims, signature = token("wing").split(".")
    expected = hmac.digest(SECRET.encode(), f"{head}.{claims}".encode(), hashlib.sha256)
    assert base64.urlsafe_b64decode(signature + "=") == expected
    assert json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["sub"] == "wing"
