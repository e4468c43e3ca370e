"""SQLite spoken to with one visit to its thread for each statement: what comes back is the same."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.database import open_storage
from bot.storage.driver import connect

table = sa.Table(
    "pots",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
)


@pytest.fixture
async def pots(tmp_path: Path) -> AsyncIterator[AsyncConnection]:
    storage = await open_storage(f"sqlite+aiosqlite:///{tmp_path / 'tocsin.db'}")
    async with storage._writer.begin() as connection:
        await connection.run_sync(table.create)
        yield connection
    await storage.close()


async def test_rows_ids_and_counts_come_back(pots: AsyncConnection) -> None:
    added = await pots.execute(sa.insert(table), {"name": "jug"})
    assert added.inserted_primary_key == (1,)
    await pots.execute(sa.insert(table), [{"name": "cup"}, {"name": "bowl"}])
    changed = await pots.execute(sa.update(table).where(table.c.id > 1).values(name="plate"))
    assert changed.rowcount == 2
    query = sa.delete(table).where(table.c.id == 3).returning(table.c.name)
    assert await pots.scalar(query) == "plate"
    rows = (await pots.execute(sa.select(table).order_by(table.c.id))).all()
    assert [tuple(row) for row in rows] == [(1, "jug"), (2, "plate")]


async def test_several_results_may_be_open_at_once(pots: AsyncConnection) -> None:
    await pots.execute(sa.insert(table), [{"name": "cup"}, {"name": "bowl"}])
    first = await pots.execute(sa.select(table.c.name).order_by(table.c.id))
    second = await pots.execute(sa.select(sa.func.count()).select_from(table))
    assert second.scalar() == 2
    assert [row.name for row in first] == ["cup", "bowl"]


async def test_a_statement_that_fails_says_so_and_harms_nothing(pots: AsyncConnection) -> None:
    await pots.execute(sa.insert(table), {"id": 1, "name": "jug"})
    with pytest.raises(sa.exc.IntegrityError):
        await pots.execute(sa.insert(table), {"id": 1, "name": "cup"})
    assert await pots.scalar(sa.select(table.c.name)) == "jug"


async def test_a_connection_that_is_closed_refuses(tmp_path: Path) -> None:
    connection = await connect(str(tmp_path / "any.db"))
    await connection.close()
    with pytest.raises((ValueError, sqlite3.ProgrammingError)):
        await cast(Any, connection.cursor()).execute("SELECT 1")
