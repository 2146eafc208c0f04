"""The functions that users write: `q: str = Query()`.

They return `Any`, because the default of a parameter has to fit every annotation.
"""

from collections.abc import Callable, Sequence
from typing import Any, Literal

from typing_extensions import Unpack

from ..ground.callables import AnyCallable
from ..ground.signatures import publish_options
from . import params
from .depends import Depends as DependsMarker, Security as SecurityMarker
from .params import FIELD_DEFAULTS, BodyOptions, FieldOptions, FormOptions, HeaderOptions, Undefined


@publish_options(FieldOptions, FIELD_DEFAULTS)
def Path(default: Any = ..., **options: Unpack[FieldOptions]) -> Any:
    """Declare a path parameter: https://fastapi.tiangolo.com/tutorial/path-params/."""
    return params.Path(default, **options)


@publish_options(FieldOptions, FIELD_DEFAULTS)
def Query(default: Any = Undefined, **options: Unpack[FieldOptions]) -> Any:
    """Declare a query parameter: https://fastapi.tiangolo.com/tutorial/query-params/."""
    return params.Query(default, **options)


@publish_options(HeaderOptions, FIELD_DEFAULTS | {"convert_underscores": True})
def Header(default: Any = Undefined, **options: Unpack[HeaderOptions]) -> Any:
    """Declare a header parameter: https://fastapi.tiangolo.com/tutorial/header-params/."""
    return params.Header(default, **options)


@publish_options(FieldOptions, FIELD_DEFAULTS)
def Cookie(default: Any = Undefined, **options: Unpack[FieldOptions]) -> Any:
    """Declare a cookie parameter: https://fastapi.tiangolo.com/tutorial/cookie-params/."""
    return params.Cookie(default, **options)


@publish_options(BodyOptions, FIELD_DEFAULTS | {"media_type": "application/json"})
def Body(default: Any = Undefined, **options: Unpack[BodyOptions]) -> Any:
    """Declare a body parameter: https://fastapi.tiangolo.com/tutorial/body-multiple-params/."""
    return params.Body(default, **options)


@publish_options(FormOptions, FIELD_DEFAULTS | {"media_type": "application/x-www-form-urlencoded"})
def Form(default: Any = Undefined, **options: Unpack[FormOptions]) -> Any:
    """Declare a form field: https://fastapi.tiangolo.com/tutorial/request-forms/."""
    return params.Form(default, **options)


@publish_options(FormOptions, FIELD_DEFAULTS | {"media_type": "multipart/form-data"})
def File(default: Any = Undefined, **options: Unpack[FormOptions]) -> Any:
    """Declare an uploaded file: https://fastapi.tiangolo.com/tutorial/request-files/."""
    return params.File(default, **options)


def Depends(
    dependency: Callable[..., Any] | None = None,
    *,
    use_cache: bool = True,
    scope: Literal["function", "request"] | None = None,
    max_concurrency: int | None = None,
) -> Any:
    """Declare a dependency: https://fastapi.tiangolo.com/tutorial/dependencies/.

    Args:
        dependency: What to call; left out, the parameter's annotation is called.
        use_cache: Call it once per request, however many ask for it.
        scope: When code after `yield` runs: `"function"` right after the endpoint, before the
            response is sent; `"request"` after the response.
        max_concurrency: How many calls of this declaration may be running at once, per event loop.
    """
    return DependsMarker(dependency, use_cache, scope, max_concurrency=max_concurrency)


def Security(
    dependency: AnyCallable | None = None,
    *,
    scopes: Sequence[str] | None = None,
    use_cache: bool = True,
) -> Any:
    """Declare a dependency with OAuth2 scopes: https://fastapi.tiangolo.com/advanced/security/."""
    return SecurityMarker(dependency, use_cache, scopes=scopes)
