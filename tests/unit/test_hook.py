"""The import hook. The alias machinery is tried on a small package, the rest on the real face."""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import os
import pickle
import subprocess
import sys
import warnings
from collections.abc import Iterator
from importlib.abc import Loader
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

import pytest

from talarian import hook
from talarian.hook.aliases import AliasFinder
from talarian.hook.distribution import CONTRACT_VERSION
from talarian.hook.subprocesses import SITE

FILES = {
    "stage/__init__.py": "",
    "stage/mask/__init__.py": "from .role import Role as Role\n__version__ = '1.2'\n",
    "stage/mask/__main__.py": (
        "from .role import Role\nprint('played', __package__, Role.__module__)\n"
    ),
    "stage/mask/role.py": "class Role: ...\n",
    "stage/mask/late.py": "from .role import Role\nclass Late(Role): ...\n",
    "stage/mask/circle.py": (
        "import actor.circle\nimport stage.mask.circle as me\nname = me.__name__\n"
    ),
    "stage/mask/broken.py": "raise ValueError('broken on purpose')\n",
    "stage/mask/props/__init__.py": "from . import sword\n",
    "stage/mask/props/sword.py": "from ..role import Role\n",
}


@pytest.fixture
def actor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """``actor`` is an alias of ``stage.mask``."""
    for name, source in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "meta_path", [AliasFinder("actor", "stage.mask"), *sys.meta_path])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield tmp_path
    for name in [name for name in sys.modules if name.split(".")[0] in ("actor", "stage")]:
        del sys.modules[name]


def load(name: str) -> ModuleType:
    return importlib.import_module(name)


class Waiting:
    """A finder that is told when a module was loaded, as New Relic's and wrapt's are."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.told: list[ModuleType] = []
        self._asking = False

    def find_spec(
        self, fullname: str, path: object = None, target: object = None
    ) -> ModuleSpec | None:
        if fullname != self.name or self._asking:
            return None
        self._asking = True
        spec = importlib.util.find_spec(fullname)
        self._asking = False
        assert spec is not None and spec.loader is not None
        spec.loader = TellingLoader(spec.loader, self.told)
        return spec


class TellingLoader(Loader):
    def __init__(self, loader: Loader, told: list[ModuleType]) -> None:
        self.loader, self.told = loader, told

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self.loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self.loader.exec_module(module)
        self.told.append(module)


@pytest.mark.usefixtures("actor")
class TestAliases:
    @pytest.mark.parametrize("first", ["actor", "stage.mask"])
    @pytest.mark.parametrize("submodule", ["", ".role", ".late", ".props", ".props.sword"])
    def test_one_module_whichever_name_comes_first(self, first: str, submodule: str) -> None:
        second = {"actor": "stage.mask", "stage.mask": "actor"}[first]
        assert load(first + submodule) is load(second + submodule)
        assert sys.modules["actor" + submodule] is sys.modules["stage.mask" + submodule]

    def test_submodules_loaded_before_the_alias_have_it_too(self) -> None:
        load("stage.mask.props")
        load("actor")
        assert sys.modules["actor.props.sword"] is sys.modules["stage.mask.props.sword"]

    def test_import_statements(self) -> None:
        namespace: dict[str, object] = {}
        exec(
            "import actor\n"
            "import actor.props.sword\n"
            "import actor.late as late\n"
            "from actor.role import Role\n"
            "from actor import props",
            namespace,
        )
        assert namespace["actor"] is sys.modules["stage.mask"]
        assert namespace["late"] is sys.modules["stage.mask.late"]
        assert namespace["props"] is sys.modules["stage.mask.props"]
        assert namespace["Role"] is load("stage.mask.role").Role

    def test_a_module_keeps_its_own_spec(self) -> None:
        module = load("actor.props")
        assert module.__spec__ is not None
        assert (module.__name__, module.__spec__.name) == ("stage.mask.props",) * 2
        assert module.__package__ == "stage.mask.props"
        assert module.__loader__ is module.__spec__.loader

    def test_find_spec_before_and_after_the_import(self) -> None:
        before = importlib.util.find_spec("actor.role")
        assert before is not None
        load("actor.role")
        after = importlib.util.find_spec("actor.role")
        assert after is not None
        assert before.origin == after.origin

    def test_an_unknown_submodule_is_named_as_it_was_written(self) -> None:
        assert importlib.util.find_spec("actor.nobody") is None
        with pytest.raises(ModuleNotFoundError, match=r"No module named 'actor\.nobody'") as caught:
            load("actor.nobody")
        assert caught.value.name == "actor.nobody"
        with pytest.raises(ModuleNotFoundError, match=r"'actor\.role' is not a package"):
            load("actor.role.nobody")

    def test_a_circular_import_by_the_alias(self) -> None:
        assert load("actor.circle").name == "stage.mask.circle"

    def test_a_module_that_fails_leaves_no_trace(self) -> None:
        for _ in range(2):
            with pytest.raises(ValueError, match="broken on purpose"):
                load("actor.broken")
            assert "actor.broken" not in sys.modules

    def test_classes_pickle_under_both_names(self) -> None:
        late = load("actor.late").Late()
        assert type(pickle.loads(pickle.dumps(late))) is load("stage.mask.late").Late

    def test_other_packages_with_the_same_beginning_are_left_alone(self) -> None:
        assert importlib.util.find_spec("actors") is None

    @pytest.mark.parametrize("imported", ["actor", "actor.role", "stage.mask"])
    def test_instrumentation_that_waits_for_an_alias(
        self, imported: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        waiting = Waiting("actor.role")
        monkeypatch.setattr(sys, "meta_path", [waiting, *sys.meta_path])
        load(imported)
        load("actor")
        (told,) = waiting.told
        assert told.__name__ == "actor.role"
        assert told.Role is load("stage.mask.role").Role
        monkeypatch.setattr(told, "Role", str)
        assert load("actor.role") is load("stage.mask.role")
        assert load("actor.role").Role is str


def test_the_alias_runs_as_a_program(actor: Path) -> None:
    code = (
        "import runpy, sys; from talarian.hook.aliases import AliasFinder;"
        "sys.meta_path.insert(0, AliasFinder('actor', 'stage.mask'));"
        "runpy.run_module('actor', run_name='__main__')"
    )
    assert python("-W", "error", "-c", code, cwd=actor) == "played actor stage.mask.role"


@pytest.fixture
def hooked(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A process with the hook, left afterwards as it was before."""
    monkeypatch.setattr(os, "environ", dict(os.environ))
    was_installed = hook.is_installed()
    hook.install()
    yield
    if not was_installed:
        hook.uninstall()


@pytest.mark.usefixtures("hooked")
class TestInstalled:
    def test_installing_twice_changes_nothing(self) -> None:
        finders = list(sys.meta_path)
        hook.install()
        assert sys.meta_path == finders
        assert hook.is_installed()

    def test_fastapi_is_the_face(self) -> None:
        assert load("fastapi") is load("talarian.fastapi")
        assert load("fastapi.routing") is load("talarian.fastapi.routing")
        assert load("fastapi").__version__ == CONTRACT_VERSION

    def test_classes_have_fastapis_names(self) -> None:
        fastapi = load("fastapi")
        known = (fastapi.FastAPI, load("fastapi.routing").APIRoute, fastapi.HTTPException)
        assert [f"{cls.__module__}.{cls.__qualname__}" for cls in known] == [
            "fastapi.applications.FastAPI",
            "fastapi.routing.APIRoute",
            "fastapi.exceptions.HTTPException",
        ]
        assert type(fastapi.Query()).__module__ == "fastapi.params"
        app = fastapi.FastAPI(openapi_url=None)
        app.include_router(fastapi.APIRouter())
        assert [type(route).__name__ for route in app.routes] == ["_IncludedRouter"]
        assert fastapi.Request.__module__ == "starlette.requests"
        error = pickle.loads(pickle.dumps(fastapi.HTTPException(404, "gone")))
        assert (type(error), error.detail) == (fastapi.HTTPException, "gone")

    def test_an_unknown_module_of_fastapi(self) -> None:
        with pytest.raises(ModuleNotFoundError, match=r"No module named 'fastapi\.whatever'"):
            load("fastapi.whatever")

    @pytest.mark.parametrize("name", ["fastapi", "FastAPI"])
    def test_the_distribution(self, name: str) -> None:
        assert importlib.metadata.version(name) == CONTRACT_VERSION
        assert importlib.metadata.metadata(name)["Name"] == "fastapi"

    def test_what_the_distribution_declares(self) -> None:
        distribution = importlib.metadata.distribution("fastapi")
        assert "starlette>=1.6.0" in (distribution.requires or [])
        (script,) = distribution.entry_points
        assert (script.name, script.value) == ("fastapi", "fastapi.cli:main")
        assert Path(str(distribution.locate_file("fastapi/__init__.py"))).is_file()
        assert "fastapi" in importlib.metadata.packages_distributions()["fastapi"]

    def test_a_search_in_chosen_folders_is_about_those_folders(self, tmp_path: Path) -> None:
        assert list(importlib.metadata.distributions(path=[str(tmp_path)])) == []


def test_uninstall_takes_the_alias_away(hooked: None) -> None:
    load("fastapi")
    hook.install(subprocesses=True)
    hook.uninstall()
    assert not hook.is_installed()
    assert "fastapi" not in sys.modules
    assert "TALARIAN_HOOK" not in os.environ
    assert SITE not in os.environ.get("PYTHONPATH", "")
    face = load("talarian.fastapi")
    assert face.FastAPI.__name__ == "Talarian"
    assert face.HTTPException.__module__.startswith("talarian.")


def test_a_fastapi_that_was_imported_before_is_refused(tmp_path: Path) -> None:
    (tmp_path / "fastapi.py").write_text("")
    code = (
        "import fastapi\n"
        "from talarian import hook\n"
        "try: hook.install()\n"
        "except hook.AlreadyImported as error: print(hook.is_installed(), error)"
    )
    said = python("-c", code, cwd=tmp_path)
    assert said.startswith(f"False fastapi was already imported from {tmp_path / 'fastapi.py'}")
    assert "talarian run" in said


class TestSubprocesses:
    IS_INSTALLED = "from talarian import hook; print(hook.is_installed())"

    def test_the_environment_brings_the_hook(self) -> None:
        assert python("-c", self.IS_INSTALLED, env=hook.environment()) == "True"

    def test_without_the_switch_nothing_happens(self) -> None:
        env = {**hook.environment(), "TALARIAN_HOOK": "0"}
        assert python("-c", self.IS_INSTALLED, env=env) == "False"

    def test_a_given_environment_is_copied_and_kept(self) -> None:
        given = {"PYTHONPATH": "/a", "HOME": "/h"}
        once = hook.environment(given)
        assert once == {**given, "TALARIAN_HOOK": "1", "PYTHONPATH": os.pathsep.join([SITE, "/a"])}
        assert hook.environment(once) == once
        assert given == {"PYTHONPATH": "/a", "HOME": "/h"}

    def test_it_reaches_grandchildren_and_spawned_workers(self, tmp_path: Path) -> None:
        (tmp_path / "family.py").write_text(
            "import multiprocessing, subprocess, sys\n"
            "from talarian import hook\n"
            "def child(): print('spawned', hook.is_installed(), flush=True)\n"
            "if __name__ == '__main__':\n"
            "    hook.install(subprocesses=True)\n"
            "    worker = multiprocessing.get_context('spawn').Process(target=child)\n"
            "    worker.start(); worker.join()\n"
            f"    nested = [sys.executable, '-c', {self.IS_INSTALLED!r}]\n"
            "    subprocess.run([sys.executable, '-c', f'import subprocess; "
            "subprocess.run({nested!r})'])\n"
        )
        assert python("family.py", cwd=tmp_path).splitlines() == ["spawned True", "True"]

    def test_another_sitecustomize_still_runs(self, tmp_path: Path) -> None:
        (tmp_path / "sitecustomize.py").write_text(
            "from talarian import hook; print('mine too', hook.is_installed())"
        )
        env = hook.environment({**os.environ, "PYTHONPATH": str(tmp_path)})
        code = "import sitecustomize; print(sitecustomize.__file__)"
        assert python("-c", code, env=env).splitlines() == [
            "mine too True",
            str(tmp_path / "sitecustomize.py"),
        ]

    def test_a_python_without_talarian_is_left_alone(self) -> None:
        # -S: no site-packages. The file is run as Python would run it.
        code = f"import sys; sys.path.insert(0, {SITE!r}); import sitecustomize; print('fine')"
        env = {**os.environ, "TALARIAN_HOOK": "1", "PYTHONPATH": ""}
        assert python("-S", "-c", code, env=env) == "fine"


def python(*arguments: str, cwd: Path | None = None, env: dict[str, str] | None = None) -> str:
    result = subprocess.run(
        [sys.executable, *arguments], cwd=cwd, env=env, capture_output=True, text=True, timeout=30
    )
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    return result.stdout.strip()
