"""A copy of the database while the bot runs: whole, never over another file, never half."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.guilds import GuildSettings, Subscription
from bot.errors import DatabaseFault
from bot.storage.database import open_storage

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


async def test_a_copy_holds_what_was_kept_and_overwrites_nothing(tmp_path: Path) -> None:
    storage = await open_storage(f"sqlite+aiosqlite:///{tmp_path / 'tocsin.db'}")
    try:
        async with storage.unit_of_work() as work:
            await work.guilds.save(GuildSettings(7, channel_id=8))
            await work.guilds.follow(Subscription(0, 7, "etsy", "Etsy"), NOW)
        target = tmp_path / "copy.db"
        await storage.backup(target)
        with pytest.raises(DatabaseFault) as refused:
            await storage.backup(target)
    finally:
        await storage.close()
    assert refused.value.key == "database.backup.exists"
    copy = sqlite3.connect(target)
    try:
        assert copy.execute("SELECT guild_id, platform FROM subscriptions").fetchall() == [
            (7, "etsy")
        ]
        assert copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    finally:
        copy.close()


async def test_a_copy_into_a_folder_that_does_not_exist_is_told_and_leaves_nothing(
    tmp_path: Path,
) -> None:
    storage = await open_storage(f"sqlite+aiosqlite:///{tmp_path / 'tocsin.db'}")
    try:
        with pytest.raises(DatabaseFault) as refused:
            await storage.backup(tmp_path / "none" / "copy.db")
    finally:
        await storage.close()
    assert refused.value.key == "database.cannot_open"
    assert not (tmp_path / "none").exists()
