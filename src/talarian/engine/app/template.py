"""The path of a route: what a declaration needs of it, and the regex when somebody matches with it.

Compiling a regex takes as long as the rest of a declaration, and most requests find their route
without one.
"""

from typing import Any

from starlette.convertors import CONVERTOR_TYPES, Convertor
from starlette.routing import PARAM_REGEX, compile_path

Convertors = dict[str, Convertor[Any]]


def read_template(path: str) -> tuple[str, Convertors]:
    """Return a path template without convertors, and the convertors by parameter name.

    Raises:
        AssertionError: When there is no such convertor.
        ValueError: When two parameters have one name.
    """
    found = [match.groups("str") for match in PARAM_REGEX.finditer(path)]
    kinds = {name: kind.lstrip(":") for name, kind in found}
    if len(kinds) < len(found) or not CONVERTOR_TYPES.keys() >= set(kinds.values()):
        # Starlette says what is wrong.
        _, path_format, convertors = compile_path(path)
        return path_format, convertors
    path_format = PARAM_REGEX.sub(r"{\1}", path) if ":" in path else path
    return path_format, {name: CONVERTOR_TYPES[kind] for name, kind in kinds.items()}


class PathRegex:
    """The attribute `path_regex` of routes: what their path was when it was read, until it is set.

    It stands on the class and hides nothing: the compiled or given regex is the object's own.
    """

    def __get__(self, route: Any, owner: type) -> Any:
        if route is None:
            return self
        regex = compile_path(route._template)[0]
        vars(route)["path_regex"] = regex
        return regex
