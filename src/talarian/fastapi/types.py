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
from ._passing import offer_passing_names

__all__ = [
    "DecoratedCallable",
    "DependencyCacheKey",
    "IncEx",
    "ModelNameMap",
    "UnionType",
]

offer_passing_names(__name__)
