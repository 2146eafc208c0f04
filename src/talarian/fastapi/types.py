"""FastAPI's `fastapi.types`."""

from types import UnionType

from pydantic.main import (
    IncEx,
)

from ..compat.models import (
    ModelNameMap,
)
from ..engine.analyse.plan import (
    CacheKey as DependencyCacheKey,
)
from ..engine.app.verbs import (
    Endpoint as DecoratedCallable,
)

__all__ = [
    "DecoratedCallable",
    "DependencyCacheKey",
    "IncEx",
    "ModelNameMap",
    "UnionType",
]
