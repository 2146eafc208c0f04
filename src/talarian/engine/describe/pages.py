"""The HTML pages that show an OpenAPI document: Swagger UI and ReDoc.

See https://fastapi.tiangolo.com/how-to/custom-docs-ui-assets/.
"""

import json
from string import Template
from typing import Any

from starlette.responses import HTMLResponse

from ..fields.encode import jsonable_encoder
from .oauth2_redirect import OAUTH2_REDIRECT_PAGE

swagger_ui_default_parameters: dict[str, Any] = {
    "dom_id": "#swagger-ui",
    "layout": "BaseLayout",
    "deepLinking": True,
    "showExtensions": True,
    "showCommonExtensions": True,
}
"""What Swagger UI is started with unless `swagger_ui_parameters` says otherwise: its keys are in
https://swagger.io/docs/open-source-tools/swagger-ui/usage/configuration/."""

_SWAGGER_UI_PAGE = Template("""
    <!DOCTYPE html>
    <html>
    <head>
    <meta name="viewport" content="width=device-width, initial-scale=1.0">
    <link type="text/css" rel="stylesheet" href="$css_url">
    <link rel="shortcut icon" href="$favicon_url">
    <title>$title</title>
    </head>
    <body>
    <div id="swagger-ui">
    </div>
    <script src="$js_url"></script>
    <!-- `SwaggerUIBundle` is now available on the page -->
    <script>
    const ui = SwaggerUIBundle({
        url: '$openapi_url',
    $parameters$oauth2_redirect
    presets: [
        SwaggerUIBundle.presets.apis,
        SwaggerUIBundle.SwaggerUIStandalonePreset
        ],
    })$init_oauth
    </script>
    </body>
    </html>
    """)

_REDOC_PAGE = Template("""
    <!DOCTYPE html>
    <html>
    <head>
    <title>$title</title>
    <!-- needed for adaptive design -->
    <meta charset="utf-8"/>
    <meta name="viewport" content="width=device-width, initial-scale=1">
    $fonts
    <link rel="shortcut icon" href="$favicon_url">
    <!--
    ReDoc doesn't change outer page styles
    -->
    <style>
      body {
        margin: 0;
        padding: 0;
      }
    </style>
    </head>
    <body>
    <noscript>
        ReDoc requires Javascript to function. Please enable it to browse the documentation.
    </noscript>
    <redoc spec-url="$openapi_url"></redoc>
    <script src="$js_url"> </script>
    </body>
    </html>
    """)

_GOOGLE_FONTS = """
    <link href="https://fonts.googleapis.com/css?family=\
Montserrat:300,400,700|Roboto:300,400,700" rel="stylesheet">
    """

# Inside <script>, `</script>` and `<!--` mean something to the HTML parser even in a string.
_HTML_IN_JSON = str.maketrans({"<": r"\u003c", ">": r"\u003e", "&": r"\u0026"})


def _script_json(value: Any) -> str:
    return json.dumps(jsonable_encoder(value)).translate(_HTML_IN_JSON)


def get_swagger_ui_html(
    *,
    openapi_url: str,
    title: str,
    swagger_js_url: str = "https://cdn.jsdelivr.net/npm/swagger-ui-dist@5/swagger-ui-bundle.js",
    swagger_css_url: str = "https://cdn.jsdelivr.net/npm/swagger-ui-dist@5/swagger-ui.css",
    swagger_favicon_url: str = "https://fastapi.tiangolo.com/img/favicon.png",
    oauth2_redirect_url: str | None = None,
    init_oauth: dict[str, Any] | None = None,
    swagger_ui_parameters: dict[str, Any] | None = None,
) -> HTMLResponse:
    """The page of Swagger UI.

    `title` and the URLs are written into the page as they are: never pass what a client sent.

    Args:
        openapi_url: Where the page loads the document from.
        title: Title of the page.
        swagger_js_url: Swagger UI's script.
        swagger_css_url: Swagger UI's style sheet.
        swagger_favicon_url: Icon of the page.
        oauth2_redirect_url: Path of the page of `get_swagger_ui_oauth2_redirect_html`.
        init_oauth: Values that the authorization dialog is filled with, such as `clientId`.
        swagger_ui_parameters: Swagger UI's configuration, over `swagger_ui_default_parameters`.
    """
    parameters = swagger_ui_default_parameters | (swagger_ui_parameters or {})
    page = _SWAGGER_UI_PAGE.substitute(
        css_url=swagger_css_url,
        favicon_url=swagger_favicon_url,
        title=title,
        js_url=swagger_js_url,
        openapi_url=openapi_url,
        parameters="".join(
            f"{_script_json(name)}: {_script_json(value)},\n" for name, value in parameters.items()
        ),
        oauth2_redirect=(
            f"oauth2RedirectUrl: window.location.origin + '{oauth2_redirect_url}',"
            if oauth2_redirect_url
            else ""
        ),
        init_oauth=(
            f"\n        ui.initOAuth({_script_json(init_oauth)})\n        " if init_oauth else ""
        ),
    )
    return HTMLResponse(page)


def get_redoc_html(
    *,
    openapi_url: str,
    title: str,
    redoc_js_url: str = "https://cdn.jsdelivr.net/npm/redoc@2/bundles/redoc.standalone.js",
    redoc_favicon_url: str = "https://fastapi.tiangolo.com/img/favicon.png",
    with_google_fonts: bool = True,
) -> HTMLResponse:
    """The page of ReDoc.

    `title` and the URLs are written into the page as they are: never pass what a client sent.

    Args:
        openapi_url: Where the page loads the document from.
        title: Title of the page.
        redoc_js_url: ReDoc's script.
        redoc_favicon_url: Icon of the page.
        with_google_fonts: Load ReDoc's own fonts from Google; otherwise the browser's are used.
    """
    page = _REDOC_PAGE.substitute(
        title=title,
        fonts=_GOOGLE_FONTS if with_google_fonts else "",
        favicon_url=redoc_favicon_url,
        openapi_url=openapi_url,
        js_url=redoc_js_url,
    )
    return HTMLResponse(page)


def get_swagger_ui_oauth2_redirect_html() -> HTMLResponse:
    """The page that receives an OAuth 2.0 provider's answer and hands it to Swagger UI."""
    return HTMLResponse(OAUTH2_REDIRECT_PAGE)
