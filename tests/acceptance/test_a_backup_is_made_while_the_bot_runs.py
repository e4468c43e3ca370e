"""`tocsin backup FILE` beside a bot that runs: whole, usable, never over something else."""

import asyncio
from pathlib import Path

from bot.storage.database import open_storage
from bot.storage.inspection import Schema, inspect_database
from tests.process import asked
from tests.rss import CLOSURE, NOTHING
from tests.stage import Community


async def test_a_copy_holds_what_was_told_so_far(makers: Community) -> None:
    tocsin = makers.stage
    await makers.watches("Kilnfolk", CLOSURE, NOTHING)
    loops = asyncio.ensure_future(tocsin.app.run_loops())
    url = f"sqlite+aiosqlite:///{tocsin.folder / 'tocsin.db'}"
    answer = await asked(
        "backup", "copy.db", environment={"TOCSIN_DATABASE_URL": url}, folder=tocsin.folder
    )
    again = await asked(
        "backup", "copy.db", environment={"TOCSIN_DATABASE_URL": url}, folder=tocsin.folder
    )
    loops.cancel()
    await asyncio.gather(loops, return_exceptions=True)
    assert (answer.code, answer.text, answer.errors) == (0, "copy.db\n", "")
    assert again.code == 1
    assert "copy.db exists already" in again.errors
    copy = tocsin.folder / "copy.db"
    assert (await inspect_database(f"sqlite+aiosqlite:///{copy}")).schema is Schema.CURRENT
    await _holds(copy, makers.guild.id)
    await makers.reads(CLOSURE.but(title="Kilnfolk closes later"), NOTHING)


async def _holds(copy: Path, guild_id: int) -> None:
    storage = await open_storage(f"sqlite+aiosqlite:///{copy}")
    async with storage.reading() as work:
        assert await work.guilds.find(guild_id) is not None
        assert len(await work.sources.watchers_for(guild_id)) == 1
        assert len(await work.alerts.of_guild(guild_id)) == 1
    await storage.close()
