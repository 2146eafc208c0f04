"""The battery's contract: the same tests on every backend, and what an application sees of it."""

from collections.abc import Generator
from pathlib import Path

import pytest
from flagged_shop import app
from flags import FileStore, Flags, FlagSettings, MemoryStore, Store
from typer.testing import CliRunner

from talarian import Talarian
from talarian.extensions import UnsafeInProduction
from talarian.testclient import TestClient

PAGE = Path(__file__).parents[2] / "docs" / "batteries.md"


@pytest.fixture(params=["memory", "file"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return MemoryStore() if request.param == "memory" else FileStore(tmp_path / "flags.json")


@pytest.fixture
def client() -> Generator[TestClient, None, None]:
    with TestClient(app) as client:
        yield client


def test_a_store_keeps_what_was_written(store: Store) -> None:
    assert store.read() == {}
    store.write({"a": True})
    store.write({"a": False, "b": True})
    assert store.read() == {"a": False, "b": True}


def test_what_is_set_outlives_the_application(store: Store) -> None:
    for expected in (False, True):
        application = Talarian(extensions=[flags := Flags(store)])
        with TestClient(application) as client:
            assert flags.is_on("dark") is expected
            assert client.portal is not None
            client.portal.call(flags.set, "dark", True)


def test_endpoints_use_it(client: TestClient) -> None:
    assert client.get("/checkout").json() == "five pages"
    client.put("/checkout/fast")
    assert client.get("/checkout").json() == "one page"
    assert client.get("/flags").json() == {"fast-checkout": True}


def test_it_is_healthy(client: TestClient) -> None:
    assert client.get("/health/ready").json()["checks"]["flags"]["status"] == "pass"


def test_a_file_that_cannot_be_read_is_not(tmp_path: Path) -> None:
    (tmp_path / "flags.json").write_text("{")
    with (
        pytest.raises(ValueError),
        TestClient(Talarian(extensions=[Flags(FileStore(tmp_path / "flags.json"))])),
    ):
        pass


def test_memory_does_not_go_into_production(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TALARIAN_ENV", "production")
    with (
        pytest.raises(UnsafeInProduction, match="Set FLAGS_FILE"),
        TestClient(Talarian(extensions=[Flags()])),
    ):
        pass
    monkeypatch.setenv("FLAGS_FILE", str(tmp_path / "flags.json"))
    with TestClient(Talarian(extensions=[flags := Flags()])):
        assert [(row.name, row.source) for row in flags.settings()] == [
            ("FLAGS_FILE", "environment")
        ]


def test_its_command(tmp_path: Path) -> None:
    flags = Flags(settings=FlagSettings(file=tmp_path / "flags.json"))
    FileStore(tmp_path / "flags.json").write({"dark": True, "fast": False})
    # One command alone needs no name here; under `talarian` it is `talarian flags list`.
    result = CliRunner().invoke(flags.commands(), [])
    assert result.output == "dark: on\nfast: off\n"


def test_its_metric() -> None:
    assert [m.value for m in Flags().metrics()] == [0]


def test_the_page_shows_this_code() -> None:
    source = (Path(__file__).parent / "flags.py").read_text(encoding="utf-8")
    shown = PAGE.read_text(encoding="utf-8").split('```python title="flags.py"\n')[1:]
    assert len(shown) >= 4
    for block in shown:
        # Methods stand on the page without their class.
        assert unindented(block.split("```")[0]) in unindented(source)


def unindented(code: str) -> str:
    return "\n".join(line.strip() for line in code.splitlines() if line.strip())
