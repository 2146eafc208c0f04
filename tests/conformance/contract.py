"""What is expected of a run: the committed file ``expected.toml`` as data."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

EXPECTED = Path(__file__).with_name("expected.toml")


@dataclass(frozen=True)
class Contract:
    release: str
    """The FastAPI release whose tests are run."""
    sha256: str
    """Of its source distribution."""
    reference: int
    """How many tests pass on FastAPI itself."""
    floor: int
    """How many must pass here."""
    exceptions: Mapping[str, str]
    """Why a test does not pass, by its id, with or without its parameters."""

    def reason(self, test: str) -> str | None:
        """Why ``test`` is known not to pass, if it is."""
        return self.exceptions.get(test) or self.exceptions.get(test.partition("[")[0])

    def outdated(self, failed: set[str]) -> list[str]:
        """The exceptions that no failing test needs any more."""
        needed = failed | {test.partition("[")[0] for test in failed}
        return sorted(self.exceptions.keys() - needed)


def load(path: Path = EXPECTED) -> Contract:
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    return Contract(**document["contract"], exceptions=document.get("exceptions", {}))
