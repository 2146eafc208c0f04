"""Where FastAPI does what nobody can rely on, and Talarian does what was meant."""

from typing import Annotated, Any

from talarian.fastapi import APIRouter, Body, FastAPI
from talarian.fastapi.middleware.cors import CORSMiddleware
from tests.contract.client import JSON, request

app = FastAPI()


@app.post("/int")
async def integer(a: Annotated[int, Body(embed=True)]) -> int:
    return a


@app.api_route("/path", methods=["GET", "POST"])
async def several() -> None: ...


@app.put("/path")
async def another() -> None: ...


async def case_nan_for_an_int() -> Any:
    answer = await request(app, "POST", "/int", headers=JSON, body=b'{"a": NaN}')
    return answer["status"]


async def case_half_of_a_surrogate_pair() -> Any:
    answer = await request(app, "POST", "/int", headers=JSON, body=rb'{"a": "\ud800"}')
    return answer["status"]


async def case_cors_headers_of_a_500() -> Any:
    failing = FastAPI()
    failing.add_middleware(CORSMiddleware, allow_origins=["http://page.example"])

    @failing.get("/")
    async def fail() -> None:
        raise RuntimeError

    names: list[bytes] = []

    def watch(message: Any) -> None:
        names.extend(name for name, _ in message.get("headers", ()))

    await request(failing, "GET", "/", headers={"origin": "http://page.example"}, on_send=watch)
    return b"access-control-allow-origin" in names


async def case_methods_that_a_405_allows() -> Any:
    answer = await request(app, "DELETE", "/path")
    return answer["headers"][0]


def case_different_operation_ids_of_two_methods() -> Any:
    operations = app.openapi()["paths"]["/path"]
    return len({operations[method]["operationId"] for method in ("get", "post")})


async def case_a_router_without_an_application() -> Any:
    router = APIRouter()
    router.get("/")(several)
    return (await request(router, "GET", "/")).get("status")


async def case_a_route_taken_out_of_an_included_router() -> Any:
    outer, router = FastAPI(), APIRouter()
    router.get("/")(several)
    outer.include_router(router)
    before = await request(outer, "GET", "/")
    router.routes.clear()
    after = await request(outer, "GET", "/")
    return [before["status"], after["status"]]
