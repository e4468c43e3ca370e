"""A copy of the database while the bot writes: consistent, whole, and never over something else."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.guilds import Subscription
from bot.errors import DatabaseFault
from bot.storage.database import Storage, open_storage
from tests.told import NOW


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    opened = await open_storage(f"sqlite+aiosqlite:///{tmp_path / 't.db'}")
    yield opened
    await opened.close()


async def test_a_copy_made_while_others_write_is_consistent(
    storage: Storage, tmp_path: Path
) -> None:
    """Two follows are always written together: a copy with an odd number would hold half a one."""
    enough = asyncio.Event()

    async def write() -> int:
        number = 0
        while not enough.is_set():
            async with storage.unit_of_work() as work:
                for _ in range(2):
                    number += 1
                    await work.guilds.follow(Subscription(0, 10, f"p{number}", "P"), NOW)
        return number

    writing = asyncio.create_task(write())
    counts = []
    for copy in range(5):
        await asyncio.sleep(0.01)
        await storage.backup(tmp_path / f"copy{copy}.db")
        connection = sqlite3.connect(tmp_path / f"copy{copy}.db")
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        counts += [connection.execute("SELECT count(*) FROM subscriptions").fetchone()[0]]
        connection.close()
    enough.set()
    written = await writing
    assert written >= counts[-1] > counts[0]
    assert [count % 2 for count in counts] == [0] * 5


async def test_a_copy_can_be_opened_and_goes_on(storage: Storage, tmp_path: Path) -> None:
    async with storage.unit_of_work() as work:
        await work.guilds.follow(Subscription(0, 10, "kilnfolk", "Kilnfolk"), NOW)
    await storage.backup(tmp_path / "copy.db")
    copy = await open_storage(f"sqlite+aiosqlite:///{tmp_path / 'copy.db'}")
    async with copy.reading() as work:
        assert await work.guilds.followed_platforms() == {"kilnfolk"}
    await copy.close()


async def backing_up(storage: Storage, target: Path) -> str:
    with pytest.raises(DatabaseFault) as raised:
        await storage.backup(target)
    return raised.value.key


async def test_a_copy_never_overwrites(storage: Storage, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    assert await backing_up(storage, tmp_path / "mine.txt") == "database.backup.exists"
    assert (tmp_path / "mine.txt").read_text() == "mine"


async def test_a_copy_to_where_nothing_can_be_is_told(storage: Storage, tmp_path: Path) -> None:
    assert await backing_up(storage, tmp_path / "none" / "copy.db") == "database.cannot_open"
    (tmp_path / "file").write_text("")
    assert await backing_up(storage, tmp_path / "file" / "copy.db") == "database.cannot_open"
    assert not (tmp_path / "none").exists()
    assert await backing_up(storage, Path("/proc/tocsin/copy.db")) == "database.cannot_open"


async def test_what_was_left_of_a_copy_that_was_cut_off_is_no_hindrance(
    storage: Storage, tmp_path: Path
) -> None:
    (tmp_path / "copy.db.part").write_bytes(b"half a copy")
    await storage.backup(tmp_path / "copy.db")
    assert not (tmp_path / "copy.db.part").exists()
    assert (tmp_path / "copy.db").read_bytes()[:6] == b"SQLite"
