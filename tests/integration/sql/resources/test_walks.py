"""Property: who follows pages to the end, or back, sees every row that stays exactly once."""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from talarian.sql import Database
from talarian.testclient import TestClient
from tests.integration.sql.resources.leaves import ORDERS, Leaf, tree

_DAY = datetime(2026, 1, 1, 12, 30, 15, 123456, tzinfo=UTC)

leaves = st.fixed_dictionaries(
    {
        "small": st.integers(0, 2),
        "number": st.none() | st.integers(0, 2),
        "word": st.sampled_from(["", "a", "A", "b", "Zoë", "50%_", "'; --"]),
        "price": st.none() | st.sampled_from([Decimal("0.10"), Decimal("0.30"), Decimal("7.00")]),
        "share": st.sampled_from([0.1, 0.1 + 0.2, 1e-9, -2.5]),
        "ratio": st.sampled_from([0.1, 0.3, 1 / 3]),
        "moment": st.none() | st.integers(0, 2).map(lambda n: _DAY + timedelta(microseconds=n)),
    }
)

# What happens before a page is read: a row comes, or one of those that need not stay goes.
changes = st.lists(st.none() | leaves, max_size=3)

walks = st.fixed_dictionaries(
    {
        "order": st.integers(0, len(ORDERS) - 1),
        "limit": st.integers(1, 4),
        "stay": st.lists(leaves, max_size=9),
        "go": st.lists(leaves, max_size=5),
        "forward": st.lists(changes, max_size=6),
        "backward": st.lists(changes, max_size=6),
    }
)

few = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


class Tree:
    """The table, and what happens to it meanwhile."""

    def __init__(self, db: Database, walk: dict[str, Any]) -> None:
        self.db = db
        with self._session() as session:
            session.execute(delete(Leaf))
            stay = [Leaf(**values) for values in walk["stay"]]
            go = [Leaf(**values) for values in walk["go"]]
            for pair in range(max(len(stay), len(go))):  # one beside the other
                session.add_all([*stay[pair : pair + 1], *go[pair : pair + 1]])
                session.flush()
            self.stay = {leaf.id for leaf in stay}
            self._go = [leaf.id for leaf in go]

    @contextmanager
    def _session(self) -> Generator[Session, None, None]:
        with self.db.sync_transaction() as session:
            yield session

    def change(self, what: Sequence[dict[str, Any] | None]) -> None:
        with self._session() as session:
            for values in what:
                if values is not None:
                    session.add(leaf := Leaf(**values))
                    session.flush()
                    self._go.append(leaf.id)
                elif self._go:
                    session.execute(delete(Leaf).where(Leaf.id == self._go.pop(0)))

    def ordered(self, number: int) -> list[int]:
        """All rows as the database orders them, those that stay."""
        order = ORDERS[number]
        with self._session() as session:
            by = order.order_by(session.get_bind().dialect)
            found = session.scalars(select(Leaf.id).order_by(*by))
            return [each for each in found if each in self.stay]


def follow(
    client: TestClient,
    path: str,
    link: str,
    cursor: str | None,
    before: Callable[[int], None],
    limit: int,
) -> tuple[list[list[int]], dict[str, Any]]:
    """Read pages until there is none more in one direction."""
    pages: list[list[int]] = []
    while True:
        before(len(pages))
        parameters = {"limit": limit} | ({} if cursor is None else {"cursor": cursor})
        answer = client.get(path, params=parameters)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert len(page["items"]) <= limit
        pages.append(page["items"])
        assert len(pages) < 100
        cursor = page[link]
        if cursor is None:
            return pages, page


def test_every_row_that_stays_is_seen_once(db: Database) -> None:
    with TestClient(tree(db)) as client:

        @few
        @given(walk=walks)
        def check(walk: dict[str, Any]) -> None:
            table = Tree(db, walk)
            path, limit = f"/leaves/{walk['order']}", walk["limit"]

            def changed(steps: list[Any]) -> Callable[[int], None]:
                return lambda number: table.change(steps[number] if number < len(steps) else [])

            pages, _ = follow(client, path, "next", None, changed(walk["forward"]), limit)
            seen = [each for page in pages for each in page]
            assert [each for each in seen if each in table.stay] == table.ordered(walk["order"])
            assert len(seen) == len(set(seen))
            back, _ = follow(
                client, path, "previous", _end_of(client, path), changed(walk["backward"]), limit
            )
            seen = [each for page in reversed(back) for each in page]
            assert [each for each in seen if each in table.stay] == table.ordered(walk["order"])
            assert len(seen) == len(set(seen))

        check()


def test_going_back_and_forth_is_the_way_one_came(db: Database) -> None:
    with TestClient(tree(db)) as client:

        @few
        @given(walk=walks)
        def check(walk: dict[str, Any]) -> None:
            Tree(db, walk)
            path, limit = f"/leaves/{walk['order']}", walk["limit"]
            forward, last = follow(client, path, "next", None, lambda number: None, limit)
            back: list[list[int]] = []
            if last["previous"] is not None:
                nothing: Callable[[int], None] = lambda number: None  # noqa: E731
                back, _ = follow(client, path, "previous", last["previous"], nothing, limit)
            assert [*reversed(back), forward[-1]] == forward

        check()


def test_numbers_give_the_same_order(db: Database) -> None:
    with TestClient(tree(db)) as client:

        @few
        @given(walk=walks)
        def check(walk: dict[str, Any]) -> None:
            Tree(db, walk)
            number, limit = walk["order"], walk["limit"]
            pages, _ = follow(client, f"/leaves/{number}", "next", None, lambda _: None, limit)
            by_cursor = [each for page in pages for each in page]
            by_number: list[int] = []
            for skip in range(0, len(by_cursor) + 1, limit):
                parameters: dict[str, Any] = {"skip": skip, "limit": limit, "total": True}
                page = client.get(f"/numbered/{number}", params=parameters).json()
                assert page["total"] == len(by_cursor)
                by_number += page["items"]
            assert by_number == by_cursor

        check()


def _end_of(client: TestClient, path: str) -> str | None:
    """The cursor of the last page, which only the `Link` header has."""
    link = client.get(path, params={"limit": 1}).headers.get("link")
    if link is None:
        return None
    [last] = [part for part in link.split(", ") if 'rel="last"' in part]
    return last.partition("cursor=")[2].partition(">")[0].partition("&")[0]
