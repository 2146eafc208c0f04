"""One unit of work for each request: committed before the answer, or not at all."""

from typing import Annotated, Any

import anyio
import pytest
from pydantic import BaseModel
from sqlalchemy import delete, event, insert, select, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session as PlainSession

from talarian import Depends, HTTPException, Request, Talarian, WebSocket
from talarian.responses import JSONResponse
from talarian.sql import (
    Database,
    ReadOnlySession,
    ReadOnlySyncSession,
    Session,
    SyncSession,
    TransactionLost,
    WriteRefused,
)
from talarian.testclient import TestClient
from tests.contract.client import request
from tests.integration.sql.serving import client_of, count, in_use, titles
from tests.integration.sql.shop import Author, Book, Parcel
from tests.integration.sql.targets import only_on

pytestmark = pytest.mark.anyio


def shop(db: Database) -> Talarian:
    app = Talarian(extensions=[db])

    @app.post("/books/{title}", status_code=201)
    async def add(title: str, session: Session) -> dict[str, int]:
        book = Book(title=title)
        session.add(book)
        await session.flush()
        return {"id": book.id}

    @app.post("/sync/{title}", status_code=201)
    def add_sync(title: str, session: SyncSession) -> None:
        session.add(Book(title=title))

    return app


class TestCommit:
    @pytest.mark.parametrize("path", ["/books/Emma", "/sync/Emma"])
    async def test_it_is_over_before_the_answer_begins(self, db: Database, path: str) -> None:
        app = shop(db)
        seen: list[list[str]] = []

        def look(message: Any) -> None:
            # With a connection that is not the request's.
            with db.sync_transaction(read_only=True) as session:
                seen.append(list(session.scalars(select(Book.title))))

        async with app.router.lifespan_context(app):
            answer = await request(app, "POST", path, on_send=look)
        assert answer["status"] == 201
        assert seen[0] == ["Emma"]

    @pytest.mark.parametrize("path", ["/books/Emma", "/sync/Emma"])
    async def test_one_that_fails_is_not_answered_2xx(self, db: Database, path: str) -> None:
        def fail(session: PlainSession) -> None:
            raise OperationalError("COMMIT", None, Exception("the disk is full"))

        event.listen(PlainSession, "before_commit", fail)
        try:
            async with client_of(shop(db)) as client:
                answer = await client.post(path)
                assert in_use(db) == 0
        finally:
            event.remove(PlainSession, "before_commit", fail)
        assert answer.status_code == 500
        async with db:
            assert await titles(db) == []

    @only_on("sqlite", "asyncpg", "psycopg")  # MariaDB has no constraints that wait for the commit
    async def test_the_database_itself_may_refuse_it(self, db: Database) -> None:
        deferred = "DEFERRABLE INITIALLY DEFERRED"
        app = Talarian(extensions=[db])

        @app.post("/orders")
        async def order(session: Session) -> str:
            await session.execute(text("INSERT INTO orders (parcel_id) VALUES (17)"))
            return "ordered"

        async with client_of(app) as client:
            async with db.engine.begin() as connection:
                await connection.execute(text("DROP TABLE IF EXISTS orders"))
                await connection.execute(
                    text(
                        f"CREATE TABLE orders (parcel_id INTEGER REFERENCES parcels(id) {deferred})"
                    )
                )
            answer = await client.post("/orders")
            async with db.transaction() as session:  # with the same connection
                session.add(Book(title="Emma"))
            assert await titles(db) == ["Emma"]
            async with db.engine.begin() as connection:
                left = (await connection.execute(text("SELECT * FROM orders"))).all()
                await connection.execute(text("DROP TABLE orders"))
        assert (answer.status_code, left) == (500, [])

    async def test_a_session_that_is_not_used_takes_no_connection(self, db: Database) -> None:
        app = Talarian(extensions=[db])
        taken: list[int] = []

        @app.get("/")
        async def nothing(session: Session, read_only: ReadOnlySession) -> None:
            taken.append(in_use(db))

        async with client_of(app) as client:
            assert (await client.get("/")).status_code == 200
        assert taken == [0]

    async def test_dependencies_share_the_session(self, db: Database) -> None:
        app = Talarian(extensions=[db])

        async def author(session: Session) -> Author:
            session.add(found := Author(name="Jane Austen"))
            return found

        @app.post("/")
        async def add(session: Session, author: Annotated[Any, Depends(author)]) -> None:
            session.add(Book(title="Emma", author=author))

        async with client_of(app) as client:
            assert (await client.post("/")).status_code == 200
            assert (await count(db, Author), await titles(db)) == (1, ["Emma"])


class TestRollback:
    @pytest.mark.parametrize(
        ("error", "status"),
        [(ValueError("no"), 500), (HTTPException(409, "taken"), 409), (KeyError("x"), 500)],
    )
    async def test_after_any_error(self, db: Database, error: Exception, status: int) -> None:
        app = Talarian(extensions=[db])

        @app.post("/")
        async def add(session: Session) -> None:
            session.add(Book(title="Emma"))
            await session.flush()
            raise error

        @app.post("/sync")
        def add_sync(session: SyncSession) -> None:
            session.add(Book(title="Persuasion"))
            session.flush()
            raise error

        async with client_of(app) as client:
            assert (await client.post("/")).status_code == status
            assert (await client.post("/sync")).status_code == status
            assert (await titles(db), in_use(db)) == ([], 0)

    async def test_when_the_response_does_not_fit_its_model(self, db: Database) -> None:
        app = Talarian(extensions=[db])

        class Out(BaseModel):
            pages: int

        @app.post("/", response_model=Out)
        async def add(session: Session) -> Any:
            session.add(Book(title="Emma"))
            return {"pages": "many"}

        async with client_of(app) as client:
            assert (await client.post("/")).status_code == 500
            assert await titles(db) == []

    async def test_when_another_dependency_fails_at_its_end(self, db: Database) -> None:
        app = Talarian(extensions=[db])

        async def strict(session: Session) -> Any:
            yield
            raise HTTPException(418)

        @app.post("/", dependencies=[Depends(strict, scope="function")])
        async def add(session: Session) -> None:
            session.add(Book(title="Emma"))

        async with client_of(app) as client:
            assert (await client.post("/")).status_code == 418
            assert await titles(db) == []

    async def test_outside_of_requests(self, db: Database) -> None:
        async with db:
            with pytest.raises(ZeroDivisionError):
                async with db.transaction() as session:
                    session.add(Book(title="Emma"))
                    await session.flush()
                    raise ZeroDivisionError
            with pytest.raises(ZeroDivisionError), db.sync_transaction() as sync_session:
                sync_session.add(Book(title="Emma"))
                sync_session.flush()
                raise ZeroDivisionError
            async with db.transaction() as session:
                session.add(Book(title="Persuasion"))
            assert await titles(db) == ["Persuasion"]


class TestCaughtErrors:
    async def test_what_was_written_before_is_not_lost_in_silence(self, db: Database) -> None:
        """PostgreSQL turns such a COMMIT into a ROLLBACK without a word."""
        app = Talarian(extensions=[db])
        raised: list[BaseException] = []

        @app.post("/")
        async def add(session: Session) -> str:
            session.add(Book(title="Emma"))
            await session.flush()
            try:
                await session.execute(text("SELECT * FROM no_such_table"))
            except Exception as error:
                raised.append(error)
            return "done"

        async with client_of(app) as client:
            answer = await client.post("/")
            kept = await titles(db)
        assert raised
        assert (answer.status_code, kept) in [(500, []), (200, ["Emma"])]

    async def test_a_failed_flush_cannot_be_committed(self, db: Database) -> None:
        async with db:
            with pytest.raises(Exception, match="rolled back"):
                async with db.transaction() as session:
                    session.add(Book(title="Emma"))
                    await session.flush()
                    session.add(Book(title="Emma"))
                    with pytest.raises(IntegrityError):
                        await session.flush()
            assert await titles(db) == []

    async def test_a_savepoint_keeps_the_rest(self, db: Database) -> None:
        async with db:
            async with db.transaction() as session:
                session.add(Book(title="Emma"))
                await session.flush()
                with pytest.raises(IntegrityError):
                    async with session.begin_nested():
                        session.add(Book(title="Emma"))
                async with session.begin_nested():
                    session.add(Book(title="Persuasion"))
                with pytest.raises(ZeroDivisionError):
                    async with session.begin_nested():
                        await session.execute(delete(Book))
                        raise ZeroDivisionError
            assert await titles(db) == ["Emma", "Persuasion"]

    async def test_rolling_back_by_hand_begins_anew(self, db: Database) -> None:
        async with db:
            async with db.transaction() as session:
                session.add(Book(title="Emma"))
                await session.flush()
                with pytest.raises(Exception, match="no_such_table"):
                    await session.execute(text("SELECT * FROM no_such_table"))
                await session.rollback()
                session.add(Book(title="Persuasion"))
            assert await titles(db) == ["Persuasion"]

    @only_on("asyncpg", "psycopg")  # the others only undo the statement
    async def test_the_error_says_what_to_do(self, db: Database) -> None:
        async with db:
            with pytest.raises(TransactionLost, match="savepoint"):
                async with db.transaction() as session:
                    session.add(Book(title="Emma"))
                    await session.flush()
                    with pytest.raises(Exception, match="no_such_table"):
                        await session.execute(text("SELECT * FROM no_such_table"))
            assert (await titles(db), in_use(db)) == ([], 0)


class TestReadOnly:
    async def test_the_session_refuses_objects(self, db: Database) -> None:
        async with db:
            with pytest.raises(WriteRefused, match="Book would be written"):
                async with db.transaction(read_only=True) as session:
                    session.add(Book(title="Emma"))
                    await session.flush()
            assert await titles(db) == []

    async def test_the_database_refuses_statements(self, db: Database) -> None:
        async with db:
            for _ in range(2):
                with pytest.raises(Exception, match=r"(?i)read.?only"):
                    async with db.transaction(read_only=True) as session:
                        await session.execute(insert(Book).values(title="Emma", stock=1))
                async with db.transaction() as session:  # the same connection, for writing again
                    session.add(Book(title=f"Persuasion {_}"))
            assert await titles(db) == ["Persuasion 0", "Persuasion 1"]

    async def test_in_endpoints(self, db: Database) -> None:
        app = Talarian(extensions=[db])

        @app.get("/")
        async def read(session: ReadOnlySession) -> None:
            await session.execute(insert(Book).values(title="Emma", stock=1))

        @app.get("/sync")
        def read_sync(session: ReadOnlySyncSession) -> None:
            session.execute(insert(Book).values(title="Emma", stock=1))

        async with client_of(app) as client:
            assert (await client.get("/")).status_code == 500
            assert (await client.get("/sync")).status_code == 500
            assert await titles(db) == []


class TestOtherWays:
    async def test_sqlmodel_tables(self, db: Database) -> None:
        app = Talarian(extensions=[db])

        @app.post("/parcels")
        async def send(parcel: Parcel, session: Session) -> Parcel:
            session.add(parcel)
            await session.flush()
            return parcel

        async with client_of(app) as client:
            answer = await client.post("/parcels", json={"address": "8 College Street"})
        assert answer.json() == {"id": 1, "address": "8 College Street"}

    async def test_sqlmodel_sessions(self, make_database: Any) -> None:
        from sqlmodel import Session as ModelSession, select as model_select
        from sqlmodel.ext.asyncio.session import AsyncSession as AsyncModelSession

        db = make_database({"async_session": AsyncModelSession, "sync_session": ModelSession})
        async with db:
            async with db.transaction() as session:
                session.add(Parcel(address="8 College Street"))
            async with db.transaction(read_only=True) as session:
                assert (await session.exec(model_select(Parcel.address))).one().startswith("8")
            with db.sync_transaction(read_only=True) as session:
                assert session.exec(model_select(Parcel.address)).one().startswith("8")
            with pytest.raises(WriteRefused):
                async with db.transaction(read_only=True) as session:
                    session.add(Parcel(address="elsewhere"))
                    await session.flush()

    async def test_a_second_database_has_a_dependency_of_its_own(self, db: Database) -> None:
        reports = Database("sqlite://", name="reports")

        async def get_reports(request: Request) -> Any:
            async with reports.request_session(request) as session:
                yield session

        app = Talarian(extensions=[db, reports])

        @app.get("/")
        async def both(
            session: Session, other: Annotated[AsyncSession, Depends(get_reports, scope="function")]
        ) -> list[int]:
            return [
                await session.scalar(text("SELECT 1")) or 0,
                await other.scalar(text("SELECT 2")) or 0,
            ]

        async with client_of(app) as client:
            assert (await client.get("/")).json() == [1, 2]

    def test_websockets(self, db: Database) -> None:
        app = Talarian(extensions=[db])

        @app.websocket("/ws")
        async def talk(websocket: WebSocket, session: Session) -> None:
            await websocket.accept()
            session.add(Book(title=await websocket.receive_text()))

        with TestClient(app) as client:
            with client.websocket_connect("/ws") as socket:
                socket.send_text("Emma")
            with db.sync_transaction() as session:
                assert list(session.scalars(select(Book.title))) == ["Emma"]

    async def test_a_response_of_ones_own_commits_too(self, db: Database) -> None:
        app = Talarian(extensions=[db])

        @app.post("/")
        async def add(session: Session) -> JSONResponse:
            session.add(Book(title="Emma"))
            return JSONResponse({}, 202)

        async with client_of(app) as client:
            assert (await client.post("/")).status_code == 202
            assert await titles(db) == ["Emma"]

    async def test_many_sync_endpoints_do_not_starve_the_pool(self, make_database: Any) -> None:
        db: Database = make_database(pool_size=3, max_overflow=0)
        app = shop(db)
        async with client_of(app) as client:
            statuses: list[int] = []

            async def post(number: int) -> None:
                statuses.append((await client.post(f"/sync/{number}")).status_code)

            async with anyio.create_task_group() as group:
                for number in range(60):
                    group.start_soon(post, number)
            assert statuses == [201] * 60
            assert await count(db) == 60
