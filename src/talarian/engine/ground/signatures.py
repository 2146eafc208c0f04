"""One keyword list, written once as a TypedDict, shown to `inspect.signature` everywhere.

Type checkers and editors read `Unpack[SomeOptions]`; `inspect.signature`, `help()` and notebooks
read `__signature__`. `publish_options` builds the second from the first.
"""

import inspect
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, get_type_hints

F = TypeVar("F", bound=Callable[..., Any])


def publish_options(options: type, defaults: Mapping[str, Any] | None = None) -> Callable[[F], F]:
    """Replace `**options: Unpack[...]` in a function's signature by the keywords themselves.

    Args:
        options: The TypedDict that the function unpacks.
        defaults: What each keyword is when it is left out; `None` for those not named.
    """
    shown = defaults or {}
    keywords = [
        inspect.Parameter(
            name, inspect.Parameter.KEYWORD_ONLY, default=shown.get(name), annotation=hint
        )
        for name, hint in get_type_hints(options, include_extras=True).items()
    ]

    def decorate(function: F) -> F:
        signature = inspect.signature(function)
        own = [p for p in signature.parameters.values() if p.kind is not p.VAR_KEYWORD]
        named = {parameter.name for parameter in own}
        added = [keyword for keyword in keywords if keyword.name not in named]
        function.__signature__ = signature.replace(  # type: ignore[attr-defined]
            parameters=[*own, *added]
        )
        return function

    return decorate


def reject_unknown(function: str, options: type, given: Mapping[str, Any]) -> None:
    """Raise `TypeError`, as Python does for a plain function, for a keyword nobody declared."""
    known = options.__annotations__
    if given.keys() <= known.keys():
        return
    for name in given:
        if name not in known:
            raise TypeError(f"{function}() got an unexpected keyword argument {name!r}")
