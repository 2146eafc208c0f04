"""When dependencies begin and end, and what they see of each other's exceptions.

Three nested dependencies, each sync or async, each of either scope, with something going wrong at
one point: every combination is one short story of events.
"""

from collections.abc import AsyncGenerator, Callable, Generator
from itertools import product
from typing import Annotated, Any, Literal

from talarian.fastapi import BackgroundTasks, Depends, FastAPI, HTTPException, Security, WebSocket
from talarian.fastapi.responses import StreamingResponse
from talarian.fastapi.security import SecurityScopes
from tests.contract.client import Message, request, told, websocket

Scope = Literal["function", "request"]
Fault = tuple[str, str]
"""Where something goes wrong (`"inner teardown"`) and what it is."""

NAMES = ("outer", "middle", "inner")
NO_FAULT: Fault = ("nowhere", "nothing")


class Custom(Exception):
    pass


class Story:
    """One application, one request, and all that happened in order."""

    def __init__(self, fault: Fault = NO_FAULT) -> None:
        self.events: list[str] = []
        self.fault = fault
        self.app = FastAPI()
        self.app.add_exception_handler(Custom, self.handle)

    def at(self, point: str) -> None:
        self.events.append(point)
        if self.fault[0] != point:
            return
        match self.fault[1]:
            case "http":
                raise HTTPException(418, "teapot")
            case "custom":
                raise Custom
            case "value":
                raise ValueError(point)
            case _:
                pass

    def caught(self, name: str, error: BaseException) -> None:
        """A dependency sees an exception: it may pass it on, replace it or keep it."""
        self.events.append(f"{name} saw {told(error)}")
        if self.fault[0] != f"{name} caught" or self.fault[1] == "nothing":
            raise error
        if self.fault[1] != "swallow":
            self.at(f"{name} caught")

    def watch(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.events.append(f"status {message['status']}")

    async def handle(self, _: Any, error: Exception) -> StreamingResponse:
        self.events.append("handler")
        return StreamingResponse(iter(["handled"]), status_code=499)

    async def told(self) -> list[str]:
        answer = await request(self.app, "GET", "/", on_send=self.watch)
        end = [f"raised {answer['raised']}"] if "raised" in answer else []
        return [*self.events, *end]


def generator(story: Story, name: str, kind: str, needs: Any) -> Callable[..., Any]:
    async def asynchronous(_: Annotated[Any, needs]) -> AsyncGenerator[str, None]:
        story.at(f"{name} setup")
        try:
            yield name
        except Exception as error:
            story.caught(name, error)
        finally:
            story.at(f"{name} teardown")

    def synchronous(_: Annotated[Any, needs]) -> Generator[str, None, None]:
        story.at(f"{name} setup")
        try:
            yield name
        except Exception as error:
            story.caught(name, error)
        finally:
            story.at(f"{name} teardown")

    return asynchronous if kind == "async" else synchronous


def nothing() -> None: ...


def nested(story: Story, kinds: tuple[str, ...], scopes: tuple[Scope, ...]) -> Any:
    needs: Any = Depends(nothing)
    for name, kind, scope in zip(NAMES, kinds, scopes, strict=True):
        needs = Depends(generator(story, name, kind, needs), scope=scope)
    return needs


def serve(story: Story, needs: Any) -> None:
    @story.app.get("/")
    async def endpoint(_: Annotated[Any, needs], background: BackgroundTasks) -> str:
        background.add_task(story.at, "background")
        story.at("endpoint")
        return "done"


KINDS = [("async",) * 3, ("sync",) * 3, ("sync", "async", "sync"), ("async", "sync", "async")]
# A dependency that lives longer cannot need one that ends earlier.
SCOPES: list[tuple[Scope, ...]] = [
    ("request", "request", "request"),
    ("request", "request", "function"),
    ("request", "function", "function"),
    ("function", "function", "function"),
]
POINTS = [
    "nowhere",
    *(f"{name} {point}" for name in NAMES for point in ("setup", "teardown")),
    "endpoint",
    "background",
]


async def stories(faults: list[Fault]) -> dict[str, list[str]]:
    stories: dict[str, list[str]] = {}
    for kinds, scopes, fault in product(KINDS, SCOPES, faults):
        story = Story(fault)
        serve(story, nested(story, kinds, scopes))
        stories[" ".join((*kinds, *scopes, *fault))] = await story.told()
    return stories


async def case_something_fails_at_each_point() -> Any:
    faults = ("http", "custom", "value")
    return await stories([(point, fault) for point in POINTS for fault in faults])


async def case_a_dependency_answers_for_the_endpoint() -> Any:
    """The endpoint fails, and a dependency keeps, replaces or translates the exception."""
    told: dict[str, Any] = {}
    for name, reaction in product(NAMES, ("swallow", "http", "custom", "value")):
        for kinds, scopes in product(KINDS[:2], SCOPES):
            story = Story((f"{name} caught", reaction))
            needs = nested(story, kinds, scopes)

            @story.app.get("/")
            async def endpoint(_: Annotated[Any, needs]) -> None:
                raise KeyError("endpoint")

            told[" ".join((name, reaction, *kinds, *scopes))] = await story.told()
    return told


async def case_the_result_does_not_fit() -> Any:
    told: list[Any] = []
    for scopes in SCOPES:
        story = Story()

        @story.app.get("/", response_model=int)
        async def endpoint(_: Annotated[Any, nested(story, KINDS[0], scopes)]) -> str:
            return "not a number"

        told.append(await story.told())
    return told


async def case_a_parameter_is_wrong() -> Any:
    """Dependencies that are fine run; what needs the wrong one does not."""
    story = Story()
    one = generator(story, "one", "async", Depends(nothing))

    def wrong(_: Annotated[Any, Depends(one)], q: int) -> None:
        story.at("never")

    two = generator(story, "two", "sync", Depends(nothing))
    three = generator(story, "three", "sync", Depends(wrong))

    @story.app.get("/", dependencies=[Depends(two), Depends(three)])
    async def endpoint(_: Annotated[Any, Depends(wrong)], r: int) -> None:
        story.at("never")

    return [await story.told(), await request(story.app, "GET", "/")]


async def case_a_stream_is_sent_while_dependencies_are_open() -> Any:
    told: list[Any] = []
    for scopes, fault in product(SCOPES, ("nothing", "value")):
        story = Story(("second chunk", fault))
        needs = nested(story, KINDS[3], scopes)

        @story.app.get("/")
        async def endpoint(
            _: Annotated[Any, needs], at: Any = Depends(lambda s=story: s.at)
        ) -> Any:
            async def chunks() -> AsyncGenerator[bytes, None]:
                at("first chunk")
                yield b"1"
                at("second chunk")
                yield b"2"

            return StreamingResponse(chunks())

        told.append(await story.told())
    return told


async def case_caching() -> Any:
    story = Story()

    def counted() -> int:
        story.at("called")
        return len(story.events)

    def a(value: Annotated[int, Depends(counted)]) -> int:
        return value

    def b(value: Annotated[int, Depends(counted, use_cache=False)]) -> int:
        return value

    @story.app.get("/", dependencies=[Depends(counted)])
    async def endpoint(
        first: Annotated[int, Depends(a)],
        second: Annotated[int, Depends(b)],
        third: Annotated[int, Depends(counted)],
        fourth: Annotated[int, Depends(counted, use_cache=False)],
        fifth: Annotated[int, Depends(a, use_cache=False)],
    ) -> Any:
        return [first, second, third, fourth, fifth]

    return [await request(story.app, "GET", "/"), story.events]


async def case_the_same_dependency_in_two_scopes() -> Any:
    story = Story()
    shared = generator(story, "shared", "async", Depends(nothing))

    @story.app.get("/")
    async def endpoint(
        short: Annotated[str, Depends(shared, scope="function")],
        long: Annotated[str, Depends(shared, scope="request")],
        again: Annotated[str, Depends(shared)],
    ) -> Any:
        story.at("endpoint")

    return await story.told()


async def case_security_scopes_are_part_of_the_cache() -> Any:
    story = Story()

    def asked(scopes: SecurityScopes) -> list[str]:
        story.at(f"asked for {scopes.scope_str}")
        return scopes.scopes

    def user(scopes: Annotated[list[str], Security(asked, scopes=["user"])]) -> list[str]:
        return scopes

    @story.app.get("/", dependencies=[Security(asked, scopes=["app"])])
    async def endpoint(
        one: Annotated[list[str], Security(user, scopes=["b", "a"])],
        two: Annotated[list[str], Security(user, scopes=["a", "b"])],
        three: Annotated[list[str], Security(asked, scopes=["app"])],
        four: Annotated[list[str], Depends(user)],
    ) -> Any:
        return [one, two, three, four]

    return [await request(story.app, "GET", "/"), story.events]


async def case_dependencies_of_websockets() -> Any:
    told: list[Any] = []
    for scopes, fault in product(SCOPES, ("nothing", "custom", "value")):
        story = Story(("endpoint", fault))
        needs = nested(story, KINDS[2], scopes)

        @story.app.websocket("/")
        async def endpoint(
            socket: WebSocket,
            _: Annotated[Any, needs],
            q: int = 0,
            at: Any = Depends(lambda s=story: s.at),
        ) -> None:
            await socket.accept()
            await socket.send_text(await socket.receive_text())
            at("endpoint")

        told += [await websocket(story.app, "/", ["hello"]), story.events]
        told.append(await websocket(story.app, "/?q=x"))
    return told
