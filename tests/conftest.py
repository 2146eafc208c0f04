"""Rules for every test: with CI=true, a service that is missing is a failure, not a skip."""

import os
from collections.abc import Generator
from typing import Any

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[Any]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    service = item.get_closest_marker("service")
    if service and report.skipped and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"CI=true, and this test's service is missing: {service.args[0]}"
    return report
