"""An application with many routes. The last one is asked."""

# FastAPI is not installed where types are checked: one process has the real one, another the hook.
# mypy: disable-error-code="import-not-found,untyped-decorator"
# pyright: basic, reportMissingImports=false

from fastapi import FastAPI

from benchmarks.app.data import COUNT

app = FastAPI()


def add(number: int) -> None:
    @app.get(f"/many/{number}/{{name}}")
    async def read(name: str) -> dict[str, str]:
        return {"name": name}


for each in range(COUNT):
    add(each)
