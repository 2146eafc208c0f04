"""Mistakes that an editor underlines: every comment here is one that a type checker needs.

mypy (with `warn_unused_ignores`) and pyright both complain about a comment that nothing needs, so
checking this file proves that each mistake is seen.
"""

# pyright: reportUnnecessaryTypeIgnoreComment=true

from talarian import Body, Depends, Form, Header, HTTPException, Path, Query, Router, Talarian


def endpoint() -> None: ...


app = Talarian()
router = Router()


# Names
app.get(pathh="/")  # type: ignore[call-arg]
app.get("/", respnse_model=int)  # type: ignore[call-arg]
app.get("/", methods=["GET"])  # type: ignore[call-arg]
router.post("/", prefix="/a")  # type: ignore[call-arg]
router.api_route("/", method="GET")  # type: ignore[call-arg]
app.add_api_route("/", endpoint, dependancies=[])  # type: ignore[call-arg]
app.include_router(router, prefx="/a")  # type: ignore[call-arg]
app.include_router(router, lifespan=None)  # type: ignore[call-arg]
app.websocket("/", tags=["a"])  # type: ignore[call-arg]
Router(prefx="/")  # type: ignore[call-arg]
Talarian(titel="Shop")  # type: ignore[call-arg]
Talarian(prefix="/a")  # type: ignore[call-arg]
Query(gee=1)  # type: ignore[call-arg]
Query(embed=True)  # type: ignore[call-arg]
Header(media_type="a/b")  # type: ignore[call-arg]
Form(embed=True)  # type: ignore[call-arg]
Body(convert_underscores=True)  # type: ignore[call-arg]
Depends(endpoint, scopes=["a"])  # type: ignore[call-arg]

# Types
app.get(1)  # type: ignore[arg-type]
app.get("/", response_model_exclude_unset="x")  # type: ignore[arg-type]
app.get("/", status_code="200")  # type: ignore[arg-type]
app.get("/", tags="items")  # type: ignore[arg-type]
app.get("/", response_class="text/html")  # type: ignore[arg-type]
app.get("/", form_limits={"max_filez": 1})  # type: ignore[arg-type]
app.add_api_route("/", "endpoint")  # type: ignore[arg-type]
app.include_router(endpoint)  # type: ignore[arg-type]
Router(prefix=1)  # type: ignore[arg-type]
Talarian(debug="yes")  # type: ignore[arg-type]
Query(max_length="5")  # type: ignore[arg-type]
Path(pattern=5)  # type: ignore[arg-type]
Depends(endpoint, scope="session")  # type: ignore[arg-type]
Depends("endpoint")  # type: ignore[arg-type]
HTTPException("404")  # type: ignore[arg-type]
app.install(endpoint)  # type: ignore[arg-type]
Talarian(extensions=[1])  # type: ignore[list-item]
