"""Transactions that are committed when the client already has its answer."""

import ast
from collections.abc import Iterator

from ..application import Application, Dependency
from ..finding import Severity
from ..rule import Observation, listed, rule
from ..sources import Function
from ..syntax import around_yield, inside, method_calls

# Context managers of SQLAlchemy, asyncpg, psycopg, databases and PyMongo that commit when left.
_TRANSACTIONS = frozenset({"begin", "transaction", "start_transaction"})


@rule(
    "commit-after-response",
    Severity.ERROR,
    "https://fastapi.tiangolo.com/tutorial/dependencies/dependencies-with-yield/",
)
def commit_after_response(app: Application) -> Iterator[Observation]:
    """Code after `yield` runs when the response was sent, unless the scope is "function"."""
    for dependency in app.dependencies:
        if dependency.call.scope != "request" or not dependency.call.kind.is_generator:
            continue
        function = app.sources.function(dependency.call.call)
        commit = _commit(function) if function is not None else None
        if function is not None and commit is not None:
            yield Observation(function.place(commit), *_text(dependency))


def _commit(function: Function) -> ast.expr | None:
    around = around_yield(function)
    if around is None:
        return None
    yielded = around.value and ast.dump(around.value)
    for receiver, method, call in method_calls(inside(around.after)):
        # Files are flushed too; only what was handed to the endpoint is a session.
        if method == "commit" or (method == "flush" and ast.dump(receiver) == yielded):
            return call
    for _, method, call in method_calls(around.contexts):
        if method in _TRANSACTIONS:
            return call
    return None


def _text(dependency: Dependency) -> tuple[str, str]:
    users = listed([str(endpoint) for endpoint in dependency.endpoints])
    return (
        f"{dependency.name} commits after its `yield`, when the client already has its answer: if "
        f"the commit fails, the data is lost and the client was told 200. Used by {users}.",
        f'Depends({dependency.name}, scope="function") runs the code after `yield` before the '
        "response is sent, so that a failed commit is a 500. Or commit in the endpoint.",
    )
