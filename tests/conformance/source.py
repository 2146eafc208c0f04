"""Getting the suite: FastAPI's source distribution, less FastAPI."""

import hashlib
import shutil
import struct
import subprocess
import sys
import tarfile
import zlib
from pathlib import Path
from typing import Any

from tests.conformance import CannotRun
from tests.conformance.contract import Contract


def prepare(contract: Contract, cache: Path) -> Path:
    """Return a fresh copy of the suite's folder, downloading its archive on first use.

    Fresh, because the suite's tests leave databases and logs behind.
    """
    name = f"fastapi-{contract.release}"
    archive = cache / f"{name}.tar.gz"
    if not archive.exists():
        _download(contract, cache)
    if hashlib.sha256(archive.read_bytes()).hexdigest() != contract.sha256:
        raise CannotRun(f"{archive} is not the archive that was published. Delete it.")
    suite = cache / name
    shutil.rmtree(suite, ignore_errors=True)
    _unpack(archive, cache, without=f"{name}/fastapi/")
    _supply_picture(suite / "docs/en/docs/img/favicon.png")
    return suite


def _download(contract: Contract, cache: Path) -> None:
    cache.mkdir(parents=True, exist_ok=True)
    requirement = cache / "requirement.txt"
    requirement.write_text(f"fastapi=={contract.release} --hash=sha256:{contract.sha256}\n")
    print(f"Downloading the source distribution of FastAPI {contract.release}", flush=True)
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    command += ["--no-deps", "--no-binary", "fastapi", "--require-hashes"]
    command += ["--requirement", str(requirement), "--dest", str(cache)]
    if subprocess.run(command, check=False).returncode:
        raise CannotRun(
            f"pip could not download the source distribution of fastapi {contract.release} (see "
            f"above). Is the package index reachable? A copy placed in {cache} is used instead."
        )


def _unpack(archive: Path, target: Path, without: str) -> None:
    """Unpack, but never write the framework's own package: what is not there is not imported."""
    # Python 3.11.0 to 3.11.3 have no extraction filters. The archive's hash is known by now.
    options: dict[str, Any] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
    with tarfile.open(archive) as tar:
        wanted = [member for member in tar.getmembers() if not member.name.startswith(without)]
        tar.extractall(target, members=wanted, **options)


def _supply_picture(path: Path) -> None:
    """Write a 1x1 PNG if the archive has no picture: one example serves it, any picture will do."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)  # width, height, 8-bit greyscale
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\x00\x7f")), (b"IEND", b"")]
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks))


def _chunk(kind: bytes, data: bytes) -> bytes:
    """One PNG chunk: length, type, data, checksum (RFC 2083, section 3.2)."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
