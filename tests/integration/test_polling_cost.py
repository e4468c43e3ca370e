"""What a visit asks of the database: no more than it needs, since that is most of its cost."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.rss import HOLIDAY, NOTHING
from tests.stage import Community
from tests.watchtower import Commits, Watchtower, watchtower


@pytest.fixture
async def tower(tmp_path: Path) -> AsyncIterator[Watchtower]:
    async with watchtower(tmp_path) as made:
        yield made


async def test_a_visit_with_one_ordinary_entry_writes_with_three_statements(
    tower: Watchtower,
) -> None:
    await tower.watches(await tower.guild(), NOTHING)
    await tower.visit()
    await tower.services.poller.flush()
    tower.publish(HOLIDAY, NOTHING)
    with Commits(tower.storage) as commits:
        visit = await tower.visit()
    assert visit.fresh == 1
    assert commits.count == 1
    kinds = [statement.split()[0] for statement in commits.statements]
    assert kinds == ["SELECT", "INSERT", "UPDATE"]


async def test_many_guilds_at_once_leave_the_database_to_people(makers: Community) -> None:
    client = makers.stage.app.client
    guild = client.get_guild(makers.guild.id)
    assert guild is not None
    pool = makers.stage.app.services.storage._reader.sync_engine.pool
    told = asyncio.gather(*(client.on_guild_available(guild) for _ in range(50)))
    most = 0
    while not told.done():
        most = max(most, pool.checkedout())  # type: ignore[attr-defined]
        await asyncio.sleep(0)
    await told
    assert most == 1
