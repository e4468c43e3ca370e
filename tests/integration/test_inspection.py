"""Looking at a database: it is neither made nor changed, and every state of it has a name."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.domain.guilds import GuildSettings
from bot.errors import DatabaseFault
from bot.storage.database import open_storage
from bot.storage.inspection import Schema, inspect_database, looking_into


def url_of(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture
async def path(tmp_path: Path) -> Path:
    """A database with one community in it, that nobody has open. Its name is no plain one."""
    path = tmp_path / "tocsin of ours#100%.db"
    storage = await open_storage(url_of(path))
    async with storage.unit_of_work() as work:
        await work.guilds.save(GuildSettings(1, channel_id=2))
    await storage.close()
    return path


async def test_what_is_not_there_is_not_made(tmp_path: Path) -> None:
    seen = await inspect_database(url_of(tmp_path / "var" / "tocsin.db"))
    assert seen.schema is Schema.ABSENT
    assert seen.writable
    assert list(tmp_path.iterdir()) == []


async def test_looking_leaves_nothing_beside_the_file(path: Path) -> None:
    before = path.read_bytes()
    seen = await inspect_database(url_of(path))
    async with looking_into(url_of(path)) as work:
        assert [each.guild_id for each in await work.guilds.all()] == [1]
    assert seen.schema is Schema.CURRENT
    assert seen.place == str(path)
    assert list(path.parent.iterdir()) == [path]
    assert path.read_bytes() == before


async def test_what_a_running_bot_has_just_written_is_seen(path: Path) -> None:
    storage = await open_storage(url_of(path))
    async with storage.unit_of_work() as work:
        await work.guilds.save(GuildSettings(3, channel_id=4))
    assert path.with_name(f"{path.name}-wal").stat().st_size > 0
    async with storage.unit_of_work(), looking_into(url_of(path)) as seen:
        assert [each.guild_id for each in await seen.guilds.all()] == [1, 3]
    await storage.close()


async def test_nothing_can_be_written_through_it(path: Path) -> None:
    async with looking_into(url_of(path)) as work:
        with pytest.raises(Exception, match="readonly"):
            await work.guilds.save(GuildSettings(5))


async def test_older_and_newer_schemas_are_told_apart(path: Path) -> None:
    _sql(path, "UPDATE alembic_version SET version_num = '9999'")
    newer = await inspect_database(url_of(path))
    assert (newer.schema, newer.revision) == (Schema.NEWER, "9999")
    _sql(path, "DELETE FROM alembic_version")
    assert (await inspect_database(url_of(path))).schema is Schema.OLDER
    path.write_bytes(b"")
    assert (await inspect_database(url_of(path))).schema is Schema.OLDER


async def test_damage_is_told_and_left_as_it_is(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:12288] = b"\xa5" * 8192
    path.write_bytes(content)
    with pytest.raises(DatabaseFault) as told:
        await inspect_database(url_of(path))
    assert told.value.key == "database.damaged"
    assert path.read_bytes() == bytes(content)


async def test_what_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "letter").write_bytes(b"This is a letter, and no database at all. " * 200)
    with pytest.raises(DatabaseFault) as told:
        await inspect_database(url_of(tmp_path / "letter"))
    assert told.value.key == "database.damaged"


async def test_tables_that_are_not_as_they_should_be_are_damage(path: Path) -> None:
    _sql(path, "DROP TABLE guilds")
    with pytest.raises(DatabaseFault) as told:
        async with looking_into(url_of(path)) as work:
            await work.guilds.all()
    assert told.value.key == "database.damaged"
    _sql(path, "ALTER TABLE alembic_version RENAME COLUMN version_num TO version")
    with pytest.raises(DatabaseFault):
        await inspect_database(url_of(path))


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+asyncpg://bot:hunter2@127.0.0.1:1/tocsin",
        "postgresql+psycopg://bot:hunter2@127.0.0.1:1/tocsin",
        "postgresql+nonsense://bot:hunter2@127.0.0.1:1/tocsin",
    ],
)
async def test_what_no_driver_reaches_is_told_without_its_password(url: str) -> None:
    with pytest.raises(DatabaseFault) as told:
        await inspect_database(url)
    assert told.value.key in ("database.driver", "database.cannot_open")
    assert "hunter2" not in str(told.value)


async def test_the_newest_copy_beside_it_is_found(path: Path) -> None:
    assert (await inspect_database(url_of(path))).newest_copy is None
    storage = await open_storage(url_of(path))
    for age, name in ((300, "old.db"), (60, "newer.db")):
        copy = path.with_name(name)
        await storage.backup(copy)
        os.utime(copy, (copy.stat().st_atime, copy.stat().st_mtime - age))
    await storage.close()
    path.with_name("notes.txt").write_text("no copy")
    found = (await inspect_database(url_of(path))).newest_copy
    assert found is not None
    assert found.path.name == "newer.db"


async def test_a_folder_that_nobody_can_write_to_is_seen(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert (await inspect_database(url_of(tmp_path / "file" / "tocsin.db"))).writable is False


def _sql(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(statement)
    path.with_name(f"{path.name}-wal").unlink(missing_ok=True)
