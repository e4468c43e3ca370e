"""Storage on a real file: all or nothing, one writer at a time, readers that see no half."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.domain.guilds import GuildSettings, Mode, Subscription
from bot.domain.notices import Kind, Severity
from bot.errors import DatabaseFault
from bot.storage.database import Storage, UnitOfWork, open_storage
from bot.storage.tables import Instant
from tests.told import NOW


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    opened = await open_storage(url(tmp_path / "t.db"))
    yield opened
    await opened.close()


def url(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


async def follow(work: UnitOfWork, number: int) -> None:
    await work.guilds.follow(Subscription(0, 10, f"p{number}", f"P{number}"), NOW)


async def followed(storage: Storage) -> int:
    async with storage.reading() as work:
        return len(await work.guilds.subscriptions(10))


async def test_what_is_raised_inside_leaves_nothing_behind(storage: Storage) -> None:
    async def half() -> None:
        async with storage.unit_of_work() as work:
            await follow(work, 1)
            assert len(await work.guilds.subscriptions(10)) == 1
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await half()
    assert await followed(storage) == 0
    async with storage.unit_of_work() as work:
        await follow(work, 2)
    assert await followed(storage) == 1


async def test_what_is_cancelled_inside_leaves_nothing_behind(storage: Storage) -> None:
    inside = asyncio.Event()

    async def slow() -> None:
        async with storage.unit_of_work() as work:
            await follow(work, 1)
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(slow())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await followed(storage) == 0
    async with storage.unit_of_work() as work:
        await follow(work, 2)


async def test_readers_never_see_a_half_and_do_not_wait(storage: Storage) -> None:
    async with storage.unit_of_work() as work:
        await follow(work, 1)
        assert await followed(storage) == 0
        await follow(work, 2)
        assert await followed(storage) == 0
    assert await followed(storage) == 2


async def test_a_reader_keeps_its_view_while_others_write(storage: Storage) -> None:
    async with storage.reading() as view:
        assert await view.guilds.subscriptions(10) == []
        async with storage.unit_of_work() as work:
            await follow(work, 1)
        assert await view.guilds.subscriptions(10) == []
    assert await followed(storage) == 1


async def test_a_reader_cannot_write(storage: Storage) -> None:
    with pytest.raises(DatabaseFault):
        async with storage.reading() as work:
            await follow(work, 1)
    assert await followed(storage) == 0


async def test_writers_take_turns_and_none_is_lost(storage: Storage) -> None:
    async with storage.unit_of_work() as work:
        await work.guilds.save(GuildSettings(10, channel_id=0))

    async def count_up() -> None:
        async with storage.unit_of_work() as work:
            found = await work.guilds.find(10)
            assert found is not None
            await asyncio.sleep(0)
            await work.guilds.save(replace(found, channel_id=(found.channel_id or 0) + 1))

    await asyncio.gather(*(count_up() for _ in range(40)))
    async with storage.reading() as work:
        found = await work.guilds.find(10)
    assert found is not None
    assert found.channel_id == 40


async def test_two_processes_take_turns(tmp_path: Path) -> None:
    one, other = (
        await open_storage(url(tmp_path / "t.db")),
        await open_storage(url(tmp_path / "t.db")),
    )
    try:
        for each in (one, other):
            async with each.unit_of_work() as work:
                await work.guilds.save(GuildSettings(10, channel_id=0))

        async def count_up(storage: Storage) -> None:
            async with storage.unit_of_work() as work:
                found = await work.guilds.find(10)
                assert found is not None
                await work.guilds.save(replace(found, channel_id=(found.channel_id or 0) + 1))

        await asyncio.gather(*(count_up(each) for each in (one, other) for _ in range(10)))
        async with one.reading() as work:
            found = await work.guilds.find(10)
        assert found is not None
        assert found.channel_id == 20
    finally:
        await one.close()
        await other.close()


async def test_the_file_is_kept_as_promised(storage: Storage) -> None:
    async with storage._writer.connect() as connection:
        found = {
            name: (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar()
            for name in (
                "journal_mode",
                "synchronous",
                "foreign_keys",
                "busy_timeout",
                "query_only",
            )
        }
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 10_000,
        "query_only": 0,
    }


async def test_what_belongs_to_nothing_is_refused(storage: Storage) -> None:
    with pytest.raises(sa.exc.IntegrityError):
        async with storage.unit_of_work() as work:
            await work.alerts.link(1, 1)


async def test_an_id_is_never_given_twice(storage: Storage) -> None:
    ids = []
    for number in range(3):
        async with storage.unit_of_work() as work:
            ids.append(await work.sources.add(f"https://k.example/{number}", NOW))
            await work.sources.forget(ids[-1])
    assert ids == sorted(set(ids))


async def test_each_commit_is_signalled_and_no_failure_is(storage: Storage) -> None:
    storage.committed.clear()
    with pytest.raises(ZeroDivisionError):
        async with storage.unit_of_work():
            raise ZeroDivisionError
    assert not storage.committed.is_set()
    async with storage.unit_of_work() as work:
        await follow(work, 1)
    assert storage.committed.is_set()


async def test_a_guild_is_kept_as_it_was_set(storage: Storage) -> None:
    full = GuildSettings(
        guild_id=2**63 - 1,
        channel_id=2**62,
        review_channel_id=2,
        role_id=3,
        moderator_role_id=4,
        locale="fr",
        time_zone="Europe/Paris",
        mode=Mode.REVIEW,
        lowest_severity=Severity.IMPORTANT,
        quiet_hours="22:00-07:00",
        digest="daily",
        set_up_by=5,
    )
    for settings in (full, GuildSettings(2**63 - 1)):
        async with storage.unit_of_work() as work:
            await work.guilds.save(settings)
        async with storage.reading() as work:
            assert await work.guilds.find(settings.guild_id) == settings


async def test_following_twice_in_one_place_is_one_follow(storage: Storage) -> None:
    first = Subscription(0, 10, "kilnfolk", "Kilnfolk")
    second = replace(first, kinds=(Kind.CLOSURE,), severity=Severity.CRITICAL, role_id=7)
    async with storage.unit_of_work() as work:
        one = await work.guilds.follow(first, NOW)
        assert await work.guilds.follow(second, NOW) == one
        other = await work.guilds.follow(replace(first, channel_id=9), NOW)
        assert await work.guilds.subscriptions(10) == [
            replace(second, id=one),
            replace(first, id=other, channel_id=9),
        ]


def test_an_instant_without_a_time_zone_is_refused() -> None:
    dialect = sa.create_mock_engine("sqlite://", lambda *_: None).dialect
    with pytest.raises(ValueError, match="time zone"):
        Instant().process_bind_param(datetime(2026, 1, 1), dialect)  # noqa: DTZ001 - refused


async def test_an_instant_comes_back_in_utc(storage: Storage) -> None:
    local = NOW.astimezone(timezone(timedelta(hours=5, minutes=45)))
    async with storage.unit_of_work() as work:
        source_id = await work.sources.add("https://k.example/", local)
    async with storage.reading() as work:
        found = await work.sources.find(source_id)
    assert found is not None
    assert found.next_poll_at == NOW
    assert found.next_poll_at.tzinfo is UTC


async def test_a_full_disk_is_told_and_nothing_is_lost(storage: Storage) -> None:
    async with storage.unit_of_work() as work:
        await follow(work, 1)
    async with storage._writer.connect() as connection:
        used = (await connection.exec_driver_sql("PRAGMA page_count")).scalar()
        await connection.exec_driver_sql(f"PRAGMA max_page_count={used}")

    async def fill() -> None:
        async with storage.unit_of_work() as work:
            for number in range(2, 2000):
                await follow(work, number)

    with pytest.raises(DatabaseFault) as raised:
        await fill()
    assert raised.value.key == "database.full"
    assert await followed(storage) == 1
    async with storage._writer.connect() as connection:
        await connection.exec_driver_sql("PRAGMA max_page_count=1000000")
    async with storage.unit_of_work() as work:
        await follow(work, 2)
    assert await followed(storage) == 2


async def test_a_database_that_another_program_holds_is_told(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    storage = await open_storage(url(path))
    holder = sqlite3.connect(path, isolation_level=None)
    try:
        async with storage._writer.connect() as connection:
            await connection.exec_driver_sql("PRAGMA busy_timeout=10")
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseFault) as raised:
            async with storage.unit_of_work() as work:
                await follow(work, 1)
        assert raised.value.key == "database.locked"
        holder.execute("ROLLBACK")
        async with storage.unit_of_work() as work:
            await follow(work, 1)
    finally:
        holder.close()
        await storage.close()


async def opening(address: str) -> str:
    with pytest.raises(DatabaseFault) as raised:
        await (await open_storage(address)).close()
    return raised.value.key


async def test_a_folder_is_made_where_there_is_none(tmp_path: Path) -> None:
    storage = await open_storage(url(tmp_path / "var" / "deep" / "t.db"))
    await storage.close()
    assert (tmp_path / "var" / "deep" / "t.db").is_file()


async def test_a_file_that_is_no_database_is_refused_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    path.write_bytes(b"Dear diary, " * 500)
    assert await opening(url(path)) == "database.damaged"
    assert path.read_bytes() == b"Dear diary, " * 500


async def test_a_damaged_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    storage = await open_storage(url(path))
    async with storage.unit_of_work() as work:
        for number in range(300):
            await follow(work, number)
    await storage.close()
    damaged = bytearray(path.read_bytes())
    for page in range(2, len(damaged) // 4096):
        damaged[page * 4096 : page * 4096 + 64] = b"\xde\xad" * 32
    path.write_bytes(damaged)
    assert await opening(url(path)) == "database.damaged"


async def test_a_place_where_nothing_can_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert await opening(url(tmp_path / "file" / "t.db")) == "database.cannot_open"
    assert await opening(url(tmp_path)) == "database.cannot_open"
    assert await opening("nonsense") == "database.url"
    assert await opening("sqlite+aiosqlite:////proc/none/t.db") == "database.cannot_open"


async def test_a_file_that_may_not_be_written_is_told(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    await (await open_storage(url(path))).close()
    storage = await open_storage(f"sqlite+aiosqlite:///file:{path}?mode=ro&uri=true")

    async def write() -> None:
        async with storage.unit_of_work() as work:
            await follow(work, 1)

    with pytest.raises(DatabaseFault) as raised:
        await write()
    await storage.close()
    assert raised.value.key == "database.read_only"


async def test_a_driver_that_is_not_installed_is_told() -> None:
    assert await opening("postgresql+nodriver://u@h/db") == "database.driver"
