"""Every single measurement of a run, as data that can be written down and read again."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Settings:
    rounds: int
    seconds: int
    """How long each load lasts."""
    connections: int


@dataclass(frozen=True)
class Sample:
    """One contender in one scenario in one round."""

    scenario: str
    contender: str
    round: int
    cpu_us: float
    """Microseconds of CPU time that the server used for each request."""
    per_second: float
    p50_us: float
    p99_us: float
    requests: int


@dataclass(frozen=True)
class StartUp:
    """One start of an application with many routes: seconds of CPU time, megabytes of memory."""

    contender: str
    round: int
    import_s: float
    declare_s: float
    openapi_s: float
    first_requests_s: float
    """One request to each route."""
    declared_mb: float
    """The most memory that was in RAM until all routes were declared."""
    described_mb: float
    """The most until the OpenAPI document was there."""
    asked_mb: float
    """The most until each route had answered once."""


@dataclass(frozen=True)
class Failed:
    """A contender that could not be measured in one scenario."""

    contender: str
    scenario: str
    why: str


@dataclass(frozen=True)
class Results:
    machine: dict[str, str]
    settings: Settings
    scenarios: list[str]
    titles: dict[str, str]
    """Of the contenders that could be started, by name."""
    versions: dict[str, str]
    samples: list[Sample]
    memory: dict[str, float]
    """Megabytes in RAM of the plain application after all rounds, by contender."""
    failed: list[Failed] = field(default_factory=list[Failed])
    left_out: dict[str, str] = field(default_factory=dict[str, str])
    """Why a contender could not be had at all, by title."""
    startup: list[StartUp] = field(default_factory=list[StartUp])

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self), indent=1) + "\n")

    @classmethod
    def read(cls, path: Path) -> "Results":
        data: dict[str, Any] = json.loads(path.read_text())
        data["settings"] = Settings(**data["settings"])
        data["samples"] = [Sample(**each) for each in data["samples"]]
        data["failed"] = [Failed(**each) for each in data["failed"]]
        data["startup"] = [StartUp(**each) for each in data["startup"]]
        return cls(**data)
