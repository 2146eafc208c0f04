"""The harness itself: it must neither lose a failure nor count one twice."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

from tests.conformance import CannotRun, contract, report, results, source
from tests.conformance.contract import Contract

JUNIT = """<?xml version="1.0"?>
<testsuites><testsuite>
  <testcase classname="tests.test_sse" name="test_ok[1]" />
  <testcase classname="tests.test_sse" name="test_bad[1]">
    <failure message="assert 1 == 2&#10;more"/></testcase>
  <testcase classname="tests.test_sse" name="test_bad[1]"><error message="teardown"/></testcase>
  <testcase classname="tests.test_query.TestX" name="test_teardown" />
  <testcase classname="tests.test_query.TestX" name="test_teardown">
    <error message="late"/></testcase>
  <testcase classname="tests.test_tutorial.test_cors.test_tutorial001" name="test_it">
    <skipped type="pytest.xfail" message="known" /></testcase>
  <testcase classname="" name="tests.test_ws_router"><error message="collection failure">
tests/test_ws_router.py:3: in module
E   ImportError: cannot import name 'WebSocketRoute'</error></testcase>
</testsuite></testsuites>
"""


@pytest.fixture
def found(tmp_path: Path) -> results.Results:
    path = tmp_path / "junit.xml"
    path.write_text(JUNIT)
    return results.read(path)


def expecting(floor: int = 0, exceptions: Mapping[str, str] = MappingProxyType({})) -> Contract:
    return Contract("0.0.0", "", reference=5, floor=floor, exceptions=exceptions)


def test_every_test_counts_once(found: results.Results) -> None:
    assert found.totals == "1 passed, 3 failed, 1 skipped"


def test_the_first_failure_of_a_test_is_told(found: results.Results) -> None:
    assert [(case.test, case.message) for case in found.failed] == [
        ("tests.test_query.TestX::test_teardown", "late"),
        ("tests.test_sse::test_bad[1]", "assert 1 == 2"),
        ("tests.test_ws_router", "ImportError: cannot import name 'WebSocketRoute'"),
    ]


def test_groups(found: results.Results) -> None:
    assert {case.test.partition("::")[0]: case.group for case in found.cases} == {
        "tests.test_sse": "Streams, events, WebSockets",
        "tests.test_query.TestX": "Parameters and validation",
        "tests.test_tutorial.test_cors.test_tutorial001": "Tutorial: every documented example",
        "tests.test_ws_router": "Streams, events, WebSockets",
    }


def test_no_report_is_no_result(tmp_path: Path) -> None:
    assert results.read(tmp_path / "missing.xml").totals == "0 passed, 0 failed, 0 skipped"


def test_the_floor(found: results.Results) -> None:
    assert report.verdict(found, expecting(floor=1)) == []
    (remark,) = report.verdict(found, expecting(floor=2))
    assert "1 passed" in remark


def test_a_known_exception_gives_its_reason_until_it_passes(found: results.Results) -> None:
    reasons = {"tests.test_sse::test_bad": "because", "tests.test_sse::test_ok": "old"}
    known = expecting(exceptions=reasons)
    assert "- `test_bad[1]`: because" in report.markdown(found, known)
    (remark,) = report.verdict(found, known)
    assert remark.endswith("tests.test_sse::test_ok")


def test_the_page_is_the_same_on_every_machine() -> None:
    root = Path(__file__).parents[2]
    message = f"<Route object at 0x7f5e12345678> in {root}/src/talarian/__init__.py"
    failed = results.Results((results.Case("tests.test_sse::test_bad", "failed", message),))
    page = report.markdown(failed, expecting())
    assert "`<Route object at 0x…> in src/talarian/__init__.py`" in page


def test_another_archive_is_refused(tmp_path: Path) -> None:
    expected = contract.load()
    (tmp_path / f"fastapi-{expected.release}.tar.gz").write_bytes(b"something else")
    with pytest.raises(CannotRun, match="not the archive"):
        source.prepare(expected, tmp_path)
