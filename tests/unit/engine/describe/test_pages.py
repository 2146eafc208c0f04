from typing import Any

import pytest
from starlette.responses import HTMLResponse

from talarian.engine.describe.pages import (
    get_redoc_html,
    get_swagger_ui_html,
    get_swagger_ui_oauth2_redirect_html,
    swagger_ui_default_parameters,
)


def text(response: HTMLResponse) -> str:
    assert response.status_code == 200
    assert response.media_type == "text/html"
    return bytes(response.body).decode()


def swagger_ui(**options: Any) -> str:
    return text(get_swagger_ui_html(openapi_url="/openapi.json", title="Shop", **options))


def redoc(**options: Any) -> str:
    return text(get_redoc_html(openapi_url="/openapi.json", title="Shop", **options))


def test_swagger_ui_is_started_with_the_default_parameters() -> None:
    assert """
    const ui = SwaggerUIBundle({
        url: '/openapi.json',
    "dom_id": "#swagger-ui",
"layout": "BaseLayout",
"deepLinking": true,
"showExtensions": true,
"showCommonExtensions": true,

    presets: [
        SwaggerUIBundle.presets.apis,
        SwaggerUIBundle.SwaggerUIStandalonePreset
        ],
    })
    </script>
""" in swagger_ui()


def test_swagger_ui_parameters_replace_defaults_and_leave_them_alone() -> None:
    page = swagger_ui(swagger_ui_parameters={"deepLinking": False, "filter": {"a": [1]}})
    assert '"layout": "BaseLayout",\n"deepLinking": false,\n' in page
    assert '"showCommonExtensions": true,\n"filter": {"a": [1]},\n' in page
    assert swagger_ui_default_parameters["deepLinking"] is True
    assert "filter" not in swagger_ui_default_parameters


def test_swagger_ui_knows_its_oauth2_settings() -> None:
    page = swagger_ui(oauth2_redirect_url="/redirect", init_oauth={"clientId": "shop"})
    assert "\noauth2RedirectUrl: window.location.origin + '/redirect',\n    presets: [" in page
    assert '    })\n        ui.initOAuth({"clientId": "shop"})\n        \n    </script>' in page
    assert "oauth2RedirectUrl" not in swagger_ui()
    assert "initOAuth" not in swagger_ui()


@pytest.mark.parametrize("option", ["init_oauth", "swagger_ui_parameters"])
def test_values_cannot_leave_their_script(option: str) -> None:
    evil = "</script><!--&\u2028"
    page = swagger_ui(**{option: {"name": evil, evil: 1}})
    assert evil not in page
    assert page.count(r"\u003c/script\u003e\u003c!--\u0026\u2028") == 2


def test_assets_may_be_local() -> None:
    page = swagger_ui(
        swagger_js_url="/static/ui.js",
        swagger_css_url="/static/ui.css",
        swagger_favicon_url="/static/icon.png",
    )
    assert '<script src="/static/ui.js"></script>' in page
    assert 'rel="stylesheet" href="/static/ui.css">' in page
    assert 'rel="shortcut icon" href="/static/icon.png">' in page
    assert "https://" not in page

    page = redoc(
        redoc_js_url="/static/redoc.js",
        redoc_favicon_url="/static/icon.png",
        with_google_fonts=False,
    )
    assert '<script src="/static/redoc.js"> </script>' in page
    assert 'rel="shortcut icon" href="/static/icon.png">' in page
    assert "https://" not in page


def test_redoc_loads_the_document() -> None:
    page = redoc()
    assert "<title>Shop</title>" in page
    assert '<redoc spec-url="/openapi.json"></redoc>' in page
    assert (
        '<link href="https://fonts.googleapis.com/css?family='
        'Montserrat:300,400,700|Roboto:300,400,700" rel="stylesheet">'
    ) in page


def test_text_with_a_dollar_is_text() -> None:
    assert "<title>$title ${x}</title>" in text(
        get_redoc_html(openapi_url="/o", title="$title ${x}")
    )


def test_the_oauth2_redirect_page_answers_the_window_that_opened_it() -> None:
    page = text(get_swagger_ui_oauth2_redirect_html())
    assert page.startswith("<!doctype html>")
    assert "window.opener.swaggerUIRedirectOauth2" in page
    assert page.count("<script>") == page.count("</script>") == 1
