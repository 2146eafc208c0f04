"""What goes wrong only behind a proxy."""

from collections.abc import Iterator

from ..application import Application
from ..finding import Severity
from ..rule import CannotTell, Observation, rule


@rule("redirect-scheme", Severity.INFO, "https://fastapi.tiangolo.com/advanced/behind-a-proxy/")
def redirect_scheme(app: Application) -> Iterator[Observation]:
    """A redirect to the path with a slash is made of the scheme that the server sees."""
    if not app.app.router.redirect_slashes:
        return
    servers = [str(server.get("url", "")) for server in app.app.servers]
    https = next((url for url in servers if url.startswith("https://")), None)
    if not app.app.root_path and https is None:
        raise CannotTell("nothing in the application says whether a proxy is in front of it")
    sign = f"root_path={app.app.root_path!r}" if https is None else f"the server {https}"
    yield Observation(
        app.place,
        f"A proxy is in front of the application ({sign}), and a missing or added slash is "
        "redirected: to http:// where the server does not believe the proxy's X-Forwarded-Proto.",
        "Tell the server whom to believe: `talarian run --forwarded-allow-ips <the proxy>`; "
        "or turn the redirects off with redirect_slashes=False.",
    )
