"""The parts that no router uses: ordered lists, mixins, conflicts at the commit."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from pydantic import BaseModel
from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, joinedload, selectinload
from sqlalchemy.orm.attributes import set_attribute

from talarian import Talarian
from talarian.resources import (
    Conditions,
    Matched,
    OrderedList,
    Partial,
    Preconditions,
    Shown,
    etag,
    find_one,
    patch,
    restore,
    soft_delete,
)
from talarian.sql import Database, Session
from tests.integration.sql.conftest import MakeDatabase
from tests.integration.sql.resources.library import Novel, NovelIn, Track, Writer, library
from tests.integration.sql.serving import client_of
from tests.integration.sql.targets import only_on

pytestmark = pytest.mark.anyio

TRACKS = OrderedList(Track, Track.album)


async def names(session: AsyncSession, album: int = 1) -> list[str]:
    by = TRACKS.order.order_by(session.get_bind().dialect)
    found = select(Track.title).where(Track.album == album).order_by(*by)
    return list(await session.scalars(found))


class TestOrderedLists:
    @pytest.fixture
    def db(self, make_database: MakeDatabase) -> Database:
        """One that says nothing of many moves in one transaction."""
        return make_database(query_warnings=False)

    async def test_rows_go_where_they_are_put(self, db: Database) -> None:
        async with db, db.transaction() as session:
            a, b, c, d = (Track(title=title, album=1) for title in "abcd")
            other = Track(title="other", album=2)
            await TRACKS.append(session, a)
            await TRACKS.append(session, b)
            await TRACKS.append(session, other)
            await TRACKS.prepend(session, c)
            await TRACKS.place_after(session, d, a)
            assert await names(session) == ["c", "a", "d", "b"]
            await TRACKS.append(session, c)
            await TRACKS.place_before(session, b, a)
            assert await names(session) == ["b", "a", "d", "c"]
            assert await names(session, 2) == ["other"]

    async def test_a_move_writes_one_row_until_there_is_no_place(self, db: Database) -> None:
        async with db, db.transaction() as session:
            first, last = Track(title="first", album=1), Track(title="last", album=1)
            await TRACKS.append(session, first)
            await TRACKS.append(session, last)
            before = last.position
            wanted = ["first"]
            for number in range(31):
                await TRACKS.place_before(session, Track(title=f"{number}", album=1), last)
                wanted.append(f"{number}")
            assert last.position == before
            for number in range(31, 70):
                await TRACKS.place_before(session, Track(title=f"{number}", album=1), last)
                wanted.append(f"{number}")
            assert last.position != before
            assert await names(session) == [*wanted, "last"]

    async def test_any_sequence_of_moves(self, db: Database) -> None:
        moves = st.lists(
            st.tuples(
                st.sampled_from(["append", "prepend", "after", "before"]),
                st.integers(0, 5),
                st.integers(0, 5),
            ),
            max_size=8,
        )

        async with db:

            @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
            @given(moves=moves, close=st.booleans())
            def collect(moves: Any, close: bool) -> None:
                collected.append((moves, close))

            collected: list[Any] = []
            collect()
            for each, close in collected:
                await self._check(db, each, close)

    async def _check(self, db: Database, moves: Any, close: bool) -> None:
        async with db.transaction() as session:
            await session.execute(delete(Track))
            tracks = [Track(title=str(number), album=1) for number in range(6)]
            for number, track in enumerate(tracks):
                set_attribute(track, "position", number if close else number * 100)
            session.add_all(tracks)
            await session.flush()
            expected = list(range(6))
            for how, which, other in moves:
                if how in ("after", "before") and which == other:
                    continue
                expected.remove(which)
                match how:
                    case "append":
                        await TRACKS.append(session, tracks[which])
                        expected.append(which)
                    case "prepend":
                        await TRACKS.prepend(session, tracks[which])
                        expected.insert(0, which)
                    case "after":
                        await TRACKS.place_after(session, tracks[which], tracks[other])
                        expected.insert(expected.index(other) + 1, which)
                    case _:
                        await TRACKS.place_before(session, tracks[which], tracks[other])
                        expected.insert(expected.index(other), which)
            assert await names(session) == [str(number) for number in expected]


class TestMixins:
    async def test_moments_keep_their_time_zone_and_microseconds(self, db: Database) -> None:
        moment = datetime(2026, 3, 29, 2, 30, 0, 123456, tzinfo=UTC)
        async with db:
            async with db.transaction() as session:
                session.add(Novel(title="a", price=1, published=moment))
            async with db.transaction() as session:
                novel = (await session.scalars(select(Novel))).one()
                assert novel.published == moment
                assert novel.created_at.utcoffset() == timedelta(0)
                assert novel.created_at <= novel.updated_at
                written = novel.updated_at
                novel.title = "b"
                await session.flush()
                assert novel.updated_at > written

    async def test_a_moment_without_a_time_zone_is_refused(self, db: Database) -> None:
        with pytest.raises(Exception, match=r"datetime\.now\(UTC\)"):
            async with db, db.transaction() as session:
                session.add(Novel(title="a", price=1, published=datetime(2026, 1, 1)))


class TestSoftDelete:
    async def test_every_way_of_selecting_leaves_them_out(self, db: Database) -> None:
        async with db:
            async with db.transaction() as session:
                writer = Writer(name="Jane")
                writer.novels = [Novel(title="here", price=1), Novel(title="gone", price=1)]
                session.add(writer)
                await session.flush()
                soft_delete(gone := writer.novels[1])
            async with db.transaction() as session:
                other = aliased(Novel)
                ids = select(Novel.id)
                for statement in (
                    select(Novel.title),
                    select(other.title),
                    select(Novel.title).join(Novel.writer),
                    select(Novel.title).where(Novel.id.in_(ids)).union(select(Novel.title)),
                    select(func.count().label("n")).select_from(ids.subquery()),
                ):
                    assert list(await session.scalars(statement)) in (["here"], [1])
                assert await session.get(Novel, gone.id) is None
                for load in (selectinload(Writer.novels), joinedload(Writer.novels)):
                    session.expunge_all()
                    found = await session.scalars(select(Writer).options(load))
                    assert [each.title for each in found.unique().one().novels] == ["here"]
                session.expunge_all()
                every = select(Novel).order_by(Novel.id).execution_options(include_deleted=True)
                here, gone = (await session.scalars(every)).all()
                assert (here.deleted_at, gone.deleted_at is None) == (None, False)
                restore(gone)
            async with db.transaction() as session:
                assert await session.scalar(select(func.count(Novel.id))) == 2


class Title(BaseModel):
    title: str


def parts(db: Database) -> Talarian:
    """Endpoints of one's own, with the parts: only pages need `Resources`."""
    app = Talarian(extensions=[db])

    @app.get("/{id}")
    async def show(id: int, shown: Shown, session: Session) -> str:
        novel = await find_one(session, select(Novel), id)
        shown.show(novel)
        return novel.title

    @app.patch("/{id}")
    async def change(
        id: int, changes: Partial[NovelIn], conditions: Conditions, session: Session
    ) -> dict[str, str]:
        novel = await find_one(session, select(Novel), id, for_update=True)
        conditions.check(novel)
        patch(novel, changes, NovelIn)
        await session.flush()
        conditions.tag(novel)
        return {"title": novel.title, "etag": etag(novel)}

    @app.put("/{id}/late")
    async def change_late(
        id: int,
        title: Title,
        conditions: Annotated[Preconditions, Matched()],
        session: Session,
    ) -> None:
        novel = (await session.scalars(select(Novel).where(Novel.id == id))).one()
        async with db.transaction() as other:
            (await other.scalars(select(Novel).where(Novel.id == id))).one().title += "!"
        novel.title = title.title  # it is written by the commit

    return app


class TestAlone:
    async def test_endpoints_of_ones_own(self, db: Database) -> None:
        async with client_of(parts(db)) as client:
            async with db.transaction() as session:
                session.add(Novel(id=1, title="Emma", price=1))
            answer = await client.patch("/1", json={"title": "E"}, headers={"If-Match": '"1"'})
            assert (answer.json(), answer.headers["etag"]) == ({"title": "E", "etag": '"2"'}, '"2"')
            shown = await client.get("/1", headers={"If-None-Match": '"2"'})
            assert shown.status_code == 304
            assert (await client.get("/2")).status_code == 404

    # SQLite has one writer at a time: nobody can be faster there.
    @only_on("asyncpg", "psycopg", "asyncmy")
    async def test_who_is_overtaken_before_the_commit(self, db: Database) -> None:
        async with client_of(parts(db)) as client:
            async with db.transaction() as session:
                session.add(Novel(id=1, title="Emma", price=1))
            plain = await client.put("/1/late", json={"title": "late"})
            asked = await client.put("/1/late", json={"title": "late"}, headers={"If-Match": "*"})
            # MariaDB may notice by itself that the row was changed, which is a conflict as well.
            assert (plain.status_code, asked.status_code) in ((409, 412), (503, 503))
            assert (await client.get("/1")).json() == "Emma!!"


async def test_partial_models_are_shown_as_they_are(db: Database) -> None:
    async with client_of(library(db)) as client:
        document = (await client.get("/openapi.json")).json()
    shown = document["components"]["schemas"]["NovelInPartial"]
    assert "required" not in shown
    assert all("default" not in each for each in shown["properties"].values())
    assert shown["properties"]["title"]["minLength"] == 1
