"""The application's OpenAPI document and the pages that show it."""

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import BaseRoute

from ..describe import document, pages
from . import revision
from .tree import RouteContext, iter_route_contexts

Routes = Sequence[BaseRoute | RouteContext]


def get_openapi(
    *, routes: Routes, webhooks: Routes | None = None, **options: Any
) -> dict[str, Any]:
    """Return the OpenAPI document of a tree of routes.

    Args:
        routes: Routes, included routers and route contexts.
        webhooks: The same for webhooks.
        **options: `title`, `version` and the rest of `describe.document.get_openapi`.
    """
    return document.get_openapi(
        routes=[*iter_route_contexts(routes)],
        webhooks=[*iter_route_contexts(webhooks)] if webhooks else None,
        **options,
    )


class Documented:
    """The documentation half of the application: what `/openapi.json` and `/docs` serve."""

    router: Any
    title: str
    openapi_url: str | None
    openapi_schema: dict[str, Any] | None
    _openapi_revision: int

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI document, made on first use and again when routes were added.

        It may be replaced: https://fastapi.tiangolo.com/how-to/extending-openapi/.
        """
        app: Any = self
        if self.openapi_schema is None or self._openapi_revision != revision.current():
            self._openapi_revision = revision.current()
            self.openapi_schema = get_openapi(
                title=app.title,
                version=app.version,
                openapi_version=app.openapi_version,
                summary=app.summary,
                description=app.description,
                terms_of_service=app.terms_of_service,
                contact=app.contact,
                license_info=app.license_info,
                routes=app.routes,
                webhooks=app.webhooks.routes,
                tags=app.openapi_tags,
                servers=app.servers,
                separate_input_output_schemas=app.separate_input_output_schemas,
                external_docs=app.openapi_external_docs,
            )
        return self.openapi_schema

    def setup(self) -> None:
        """Serve the document and the pages at their addresses; an address of `None` is off."""
        app: Any = self
        if not app.openapi_url:
            return
        app.add_route(
            app.openapi_url, self._serve_document, name="openapi", include_in_schema=False
        )
        if app.docs_url:
            app.add_route(
                app.docs_url, self._serve_swagger, name="swagger_ui_html", include_in_schema=False
            )
            if app.swagger_ui_oauth2_redirect_url:
                app.add_route(
                    app.swagger_ui_oauth2_redirect_url,
                    self._serve_oauth2_redirect,
                    name="swagger_ui_redirect",
                    include_in_schema=False,
                )
        if app.redoc_url:
            app.add_route(
                app.redoc_url, self._serve_redoc, name="redoc_html", include_in_schema=False
            )

    async def _serve_document(self, request: Request) -> JSONResponse:
        app: Any = self
        schema = self.openapi()
        root_path = request.scope.get("root_path", "").rstrip("/")
        if root_path and app.root_path_in_servers:
            servers = schema.get("servers", [])
            if root_path not in [server.get("url") for server in servers]:
                # The cached document is not touched: the next request may come another way.
                schema = {**schema, "servers": [{"url": root_path}, *servers]}
        return JSONResponse(schema)

    async def _serve_swagger(self, request: Request) -> HTMLResponse:
        app: Any = self
        root_path = request.scope.get("root_path", "").rstrip("/")
        redirect = app.swagger_ui_oauth2_redirect_url
        return pages.get_swagger_ui_html(
            openapi_url=f"{root_path}{app.openapi_url}",
            title=f"{app.title} - Swagger UI",
            oauth2_redirect_url=f"{root_path}{redirect}" if redirect else redirect,
            init_oauth=app.swagger_ui_init_oauth,
            swagger_ui_parameters=app.swagger_ui_parameters,
        )

    async def _serve_oauth2_redirect(self, request: Request) -> HTMLResponse:
        return pages.get_swagger_ui_oauth2_redirect_html()

    async def _serve_redoc(self, request: Request) -> HTMLResponse:
        app: Any = self
        root_path = request.scope.get("root_path", "").rstrip("/")
        return pages.get_redoc_html(
            openapi_url=f"{root_path}{app.openapi_url}", title=f"{app.title} - ReDoc"
        )
