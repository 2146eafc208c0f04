"""What ``importlib.metadata`` says about ``fastapi`` in a hooked process.

Packages read FastAPI's version to choose between code paths, so the answer must be the version
whose behaviour Talarian follows, whether or not another one is installed.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, DistributionFinder
from pathlib import Path

import talarian

CONTRACT_VERSION = "0.165.0"

_METADATA = f"""\
Metadata-Version: 2.4
Name: fastapi
Version: {CONTRACT_VERSION}
Summary: The FastAPI face of Talarian
Requires-Python: >=3.11
Requires-Dist: starlette>=1.6.0
Requires-Dist: anyio>=4.1.0
Requires-Dist: pydantic>=2.9.0
Requires-Dist: typing-extensions>=4.8.0
Requires-Dist: typing-inspection>=0.4.2
Requires-Dist: annotated-doc>=0.0.2
Requires-Dist: opentelemetry-api>=1.44.0
Provides-Extra: opentelemetry
Requires-Dist: opentelemetry-sdk>=1.44.0; extra == "opentelemetry"
Requires-Dist: opentelemetry-exporter-otlp-proto-http>=1.44.0; extra == "opentelemetry"
Provides-Extra: standard
Requires-Dist: fastapi-cli[standard]>=0.0.32; extra == "standard"
Requires-Dist: httpx2>=2.0.0; extra == "standard"
Requires-Dist: jinja2>=3.1.5; extra == "standard"
Requires-Dist: python-multipart>=0.0.18; extra == "standard"
Requires-Dist: email-validator>=2.0.0; extra == "standard"
Requires-Dist: uvicorn[standard]>=0.12.0; extra == "standard"
Requires-Dist: pydantic-settings>=2.0.0; extra == "standard"
Requires-Dist: pydantic-extra-types>=2.0.0; extra == "standard"
"""

_FILES = {
    "METADATA": _METADATA,
    "top_level.txt": "fastapi\n",
    "entry_points.txt": "[console_scripts]\nfastapi = fastapi.cli:main\n",
}


class FaceDistribution(Distribution):
    """``fastapi`` as an installed distribution whose files are the face's."""

    def read_text(self, filename: str) -> str | None:
        return _FILES.get(filename)

    def locate_file(self, path: str | os.PathLike[str]) -> Path:
        return Path(talarian.__path__[0], path)


def find_distributions(context: object = None) -> Iterator[Distribution]:
    """Yield the face if ``context`` (a ``DistributionFinder.Context``) asks for it."""
    if not isinstance(context, DistributionFinder.Context):
        context = DistributionFinder.Context()
    asks_for_it = context.name is None or _normalised(context.name) == "fastapi"
    # A search in chosen folders is about what is on disk there.
    if asks_for_it and context.path == sys.path:
        yield FaceDistribution()


def _normalised(name: str) -> str:
    """The comparable form of a distribution's name (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()
