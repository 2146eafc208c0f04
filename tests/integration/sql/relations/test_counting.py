"""The helper that counts queries, on its own."""

import pytest
from sqlalchemy import select, text

from talarian.sql import Database
from talarian.sql.testing import count_queries, queries
from tests.integration.sql.relations.library import Tag

pytestmark = pytest.mark.anyio


async def test_it_lists_what_both_kinds_of_sessions_send(library: Database) -> None:
    async with library:
        with queries(library) as sent:
            async with library.transaction() as session, session.begin_nested():
                await session.scalars(select(Tag))
            with library.sync_transaction() as other:
                other.execute(text("SELECT 1"))
    assert len(sent) == 2, sent
    assert "FROM rel_tags" in sent[0].statement
    assert sent[0].line is not None
    assert sent[0].line.function == "test_it_lists_what_both_kinds_of_sessions_send"
    assert str(sent).splitlines()[1].startswith("  2. SELECT 1 (")
    library.close_sync()


async def test_it_fails_with_what_was_sent(library: Database) -> None:
    async with library, library.transaction() as session:
        with (
            pytest.raises(AssertionError, match=r"3 queries were expected, 1 were sent:\n  1\. "),
            count_queries(library, 3),
        ):
            await session.scalars(select(Tag))
        # What failed inside is the error, not the count.
        with pytest.raises(ValueError, match="mine"), count_queries(library, 3):
            raise ValueError("mine")


async def test_of_another_database_it_knows_nothing(library: Database) -> None:
    other = Database("sqlite://")
    async with other, other.transaction() as session:
        with count_queries(library, 0):
            await session.execute(text("SELECT 1"))
