"""Routes as an OpenAPI document: https://spec.openapis.org/oas/v3.1.1.html."""

from collections.abc import Mapping, Sequence
from typing import Any

from .encoding import encoded
from .operations import Operations, outlines
from .schemas import Schemas


def get_openapi(
    *,
    title: str,
    version: str,
    openapi_version: str = "3.1.0",
    summary: str | None = None,
    description: str | None = None,
    routes: Sequence[Any],
    webhooks: Sequence[Any] | None = None,
    tags: Sequence[Mapping[str, Any]] | None = None,
    servers: Sequence[Mapping[str, Any]] | None = None,
    terms_of_service: str | None = None,
    contact: Mapping[str, Any] | None = None,
    license_info: Mapping[str, Any] | None = None,
    separate_input_output_schemas: bool = True,
    external_docs: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the document, ready for `json.dumps`.

    Args:
        title: The name of the API.
        version: The version of the API, not of OpenAPI.
        openapi_version: The version of the specification that the document claims.
        summary: One line about the API.
        description: More about the API, in CommonMark.
        routes: What is served; routes without a Plan are left out.
        webhooks: Requests that the API makes, written as routes.
        tags: Tag Objects: descriptions of tags, in the order in which they are shown.
        servers: Server Objects: where the API is.
        terms_of_service: A URL.
        contact: A Contact Object.
        license_info: A License Object.
        separate_input_output_schemas: Give a model two schemas where a response has more, or
            other, fields than a request.
        external_docs: An External Documentation Object.

    Raises:
        ValueError: When an additional response is keyed by something that is no status, or the
            document does not fit the specification (pydantic's `ValidationError`).
    """
    served, called = outlines(routes), outlines(webhooks or ())
    fields = [
        field
        for outline in (*served, *called)
        for part in outline.walk()
        for field in part.fields()
    ]
    schemas = Schemas(fields, separate=separate_input_output_schemas)
    operations = Operations(schemas)
    paths, hooks = operations.paths(served), operations.paths(called)
    info = _present(
        summary=summary,
        description=description,
        termsOfService=terms_of_service,
        contact=contact,
        license=license_info,
    )
    components = _present(schemas=schemas.components(), securitySchemes=operations.security_schemes)
    document = _present(
        servers=servers,
        webhooks=hooks,
        components=components,
        tags=tags,
        externalDocs=external_docs,
    )
    document |= {
        "openapi": openapi_version,
        "info": {"title": title, "version": version, **info},
        "paths": paths,
    }
    return encoded(document)


def _present(**parts: Any) -> dict[str, Any]:
    """The parts that there is something in."""
    return {name: part for name, part in parts.items() if part}
