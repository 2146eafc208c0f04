"""Operations: one for each method of a route."""

import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from ..analyse.plan import Plan
from ..declare.declaration import Declaration
from ..declare.naming import operation_name
from ..fields.field import Field
from ..ground.sentinels import DefaultPlaceholder
from . import bodies, responses
from .merge import merged
from .parameters import ParameterSource, describe_parameters, parameter_sources
from .route import Described, described
from .schemas import Schemas
from .security import security_requirements, security_schemes

# RFC 9110, section 9.3: what a body means for the others is not defined.
_METHODS_WITH_BODY = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH"})


@dataclass(frozen=True, slots=True)
class Outline:
    """A route on its way into the document: its fields are known, their schemas not yet."""

    route: Described
    declaration: Declaration
    plan: Plan
    parameters: tuple[ParameterSource, ...]
    callbacks: tuple["Outline", ...]

    def walk(self) -> Iterator["Outline"]:
        """This route and its callbacks."""
        yield self
        for callback in self.callbacks:
            yield from callback.walk()

    def fields(self) -> Iterator[Field]:
        """Every field whose schema the document shows."""
        for source in self.parameters:
            yield source.field
        if self.plan.body is not None:
            yield from bodies.documented_fields(self.plan.body)
        yield from responses.documented_fields(self.plan.response)


def outlines(routes: Iterable[Any]) -> list[Outline]:
    """The routes that are in the document."""
    found: list[Outline] = []
    for route in described(routes):
        declaration = route.declaration
        if declaration.include_in_schema:
            plan = route.plan
            callbacks = outlines(declaration.callbacks or ())
            sources = parameter_sources(plan.root)
            found.append(Outline(route, declaration, plan, sources, tuple(callbacks)))
    return found


class Operations:
    """Writes the operations of one document, in which operation ids are to be unique.

    `ids` are those that are taken already; new ones are added.
    """

    def __init__(self, schemas: Schemas, ids: set[str] | None = None) -> None:
        self.schemas = schemas
        self.security_schemes: dict[str, dict[str, Any]] = {}
        self._ids: set[str] = set() if ids is None else ids

    def paths(self, routes: Iterable[Outline]) -> dict[str, dict[str, Any]]:
        """The Paths Object: Path Item Objects by path."""
        paths: dict[str, dict[str, Any]] = {}
        for outline in routes:
            item = paths.setdefault(outline.route.path_format, {})
            item.update(self._path_item(outline))
        return paths

    def _path_item(self, outline: Outline) -> dict[str, Any]:
        self.security_schemes.update(security_schemes(outline.plan.root))
        return {
            method.lower(): self._operation(outline, method) for method in outline.route.methods
        }

    def _operation(self, outline: Outline, method: str) -> dict[str, Any]:
        declaration, plan = outline.declaration, outline.plan
        operation = self._summary(outline, method)
        if requirements := security_requirements(plan.root):
            operation["security"] = requirements
        if parameters := describe_parameters(outline.parameters, self.schemas):
            operation["parameters"] = parameters
        if plan.body is not None and method in _METHODS_WITH_BODY:
            operation["requestBody"] = bodies.describe_body(plan.body, plan.unique_id, self.schemas)
        if outline.callbacks:
            operation["callbacks"] = {
                callback.route.name: {callback.declaration.path: self._path_item(callback)}
                for callback in outline.callbacks
            }
        operation["responses"] = responses.describe_responses(
            declaration,
            plan,
            self.schemas,
            validated=bool(outline.parameters) or plan.body is not None,
        )
        return merged(operation, declaration.openapi_extra or {})

    def _summary(self, outline: Outline, method: str) -> dict[str, Any]:
        declaration = outline.declaration
        operation: dict[str, Any] = {}
        if declaration.tags:
            operation["tags"] = [
                tag.value if isinstance(tag, Enum) else tag for tag in declaration.tags
            ]
        name = outline.route.name.replace("_", " ").title()
        operation["summary"] = declaration.summary or name
        if declaration.description:
            operation["description"] = declaration.description
        operation["operationId"] = self._new_id(outline, method)
        if declaration.deprecated:
            operation["deprecated"] = True
        return operation

    def _new_id(self, outline: Outline, method: str) -> str:
        operation_id = _operation_id(outline, method)
        if operation_id in self._ids:
            context = outline.plan.context
            where = f" at {context['file']}" if "file" in context else ""
            warnings.warn(
                f"Duplicate Operation ID {operation_id} for function"
                f" {context.get('function')}{where}",
                stacklevel=1,
            )
        self._ids.add(operation_id)
        return operation_id


def _operation_id(outline: Outline, method: str) -> str:
    """The id of one operation: a default one names its own method when a route has several."""
    route, declaration = outline.route, outline.declaration
    if declaration.operation_id:
        return declaration.operation_id
    unnamed = isinstance(declaration.generate_unique_id_function, DefaultPlaceholder)
    if unnamed and len(set(route.methods)) > 1:
        return operation_name(route, method)
    return route.unique_id
