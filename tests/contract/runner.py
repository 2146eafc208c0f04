"""Run files of cases in this interpreter and print what happened, as JSON.

    python -m tests.contract.runner SIDE FILE...

Case files import `talarian.fastapi`, so that type checkers know what they say. What is executed is
an ordinary FastAPI program, letter by letter the same on both sides: the name is replaced by
`fastapi`, which on SIDE "talarian" is the import hook's and on SIDE "fastapi" the real one.
"""

import inspect
import json
import sys
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any

import anyio


def main(side: str, *paths: str) -> None:
    if side == "talarian":
        from talarian import hook

        hook.install()
    warnings.simplefilter("ignore")
    told = {name: transcripts(load(Path(name))) for name in paths}
    print(json.dumps(told, indent=1))


def load(path: Path) -> ModuleType:
    source = path.read_text().replace("talarian.fastapi", "fastapi")
    module = ModuleType(path.stem)
    # Annotations are resolved in the module that a class says it is from.
    sys.modules[path.stem] = module
    exec(compile(source, path, "exec"), vars(module))
    return module


def transcripts(module: ModuleType) -> dict[str, Any]:
    """The result of each `case_…` function, by its name."""
    told: dict[str, Any] = {}
    for name, case in vars(module).items():
        if name.startswith("case_"):
            told[name] = anyio.run(case) if inspect.iscoroutinefunction(case) else case()
    return told


if __name__ == "__main__":
    main(*sys.argv[1:])
