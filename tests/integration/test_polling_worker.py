"""The loop that visits what is due: no server that hangs keeps the others waiting."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.sources import SPREAD, Health, Watcher
from bot.ingest.addresses import AllowHosts
from bot.ingest.fetching import Limits
from bot.services.turns import Turns
from bot.workers import PollWorker
from tests.rss import CLOSURE, NOTHING, rss
from tests.watchtower import Watchtower, watchtower
from tests.website import Website


@pytest.fixture
async def tower(tmp_path: Path) -> AsyncIterator[Watchtower]:
    async with watchtower(tmp_path, Limits(patience=0.2)) as made:
        await made.guild()
        yield made


@asynccontextmanager
async def working(tower: Watchtower) -> AsyncIterator[PollWorker]:
    turns = Turns(timedelta(minutes=15), AllowHosts.parse("127.0.0.1"))
    worker = PollWorker(tower.storage, tower.services.poller, tower.clock, tower.changed, turns)
    task = asyncio.create_task(worker.run())
    try:
        yield worker
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(condition: Callable[[], bool], within: float = 60) -> None:
    async with asyncio.timeout(within):
        while not condition():  # noqa: ASYNC110 - what is waited for signals nothing
            await asyncio.sleep(0.02)


async def watch(tower: Watchtower, path: str) -> None:
    """Watched and read, so that it is due later."""
    await tower.watches(10, NOTHING, path=path, platform=f"P {path}")


async def test_what_is_due_is_visited_and_what_is_not_waits(tower: Watchtower) -> None:
    await watch(tower, "/a.xml")
    async with working(tower):
        await asyncio.sleep(0.1)
        assert tower.site.visits_to("/a.xml") == 1
        tower.clock.move(minutes=16)
        await until(lambda: tower.site.visits_to("/a.xml") == 2)
        await asyncio.sleep(0.1)
        assert tower.site.visits_to("/a.xml") == 2


async def test_a_source_added_meanwhile_is_visited_at_once(tower: Watchtower) -> None:
    async with working(tower):
        tower.publish(NOTHING, path="/new.xml")
        await tower.operator_watches("folksy", "Folksy", "/new.xml")
        await tower.follows(10, "folksy", "Folksy")
        tower.changed.set()
        await until(lambda: tower.site.visits_to("/new.xml") == 1)


async def test_twenty_hanging_feeds_of_one_server_do_not_stop_the_others(
    tower: Watchtower,
) -> None:
    async with Website() as other:
        for number in range(20):
            await watch(tower, f"/hang{number}.xml")
        other.serve("/good.xml", rss([NOTHING]))
        async with tower.storage.unit_of_work() as work:
            source_id = await work.sources.add(other.url("/good.xml"), tower.clock.now())
            watcher = Watcher(0, source_id, 10, "good", "good", "Good", None, None)
            await work.sources.watch(watcher, created_by=1, now=tower.clock.now())
        for number in range(20):
            tower.site.stall(f"/hang{number}.xml")
        async with working(tower):
            tower.clock.move(minutes=16)
            await until(lambda: other.visits_to("/good.xml") == 1, within=20)
            hanging = sum(visit.path.startswith("/hang") for visit in tower.site.visits) - 20
            assert hanging == 1


async def test_feeds_of_one_host_are_visited_one_after_another_over_one_connection(
    tower: Watchtower,
) -> None:
    for number in range(5):
        await watch(tower, f"/slow{number}.xml")
    before = tower.site.connections
    for number in range(5):
        tower.site.serve(f"/slow{number}.xml", rss([NOTHING]), delay=0.05)
    async with working(tower):
        tower.clock.move(minutes=16)
        await until(
            lambda: all(tower.site.visits_to(f"/slow{number}.xml") == 2 for number in range(5))
        )
    assert tower.site.connections <= before + 1


async def test_a_failing_feed_leaves_room_for_its_neighbours(tower: Watchtower) -> None:
    for number in range(6):
        await watch(tower, f"/sick{number}.xml")
    await watch(tower, "/well.xml")
    for number in range(6):
        tower.site.serve(f"/sick{number}.xml", b"", status=500)
        await tower.visit(f"/sick{number}.xml", minutes=0)
        tower.site.stall(f"/sick{number}.xml")
    tower.publish(CLOSURE, NOTHING, path="/well.xml")
    async with working(tower):
        tower.clock.move(hours=5)
        await until(lambda: tower.site.visits_to("/well.xml") == 2, within=20)


async def test_a_bug_in_one_visit_ends_neither_the_loop_nor_the_others(
    tower: Watchtower, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await watch(tower, "/a.xml")
    await watch(tower, "/b.xml")
    poller = tower.services.poller
    visit = poller.visit

    async def breaks(source: object, **options: bool) -> object:
        if source.url.endswith("/a.xml"):  # type: ignore[attr-defined]
            raise ZeroDivisionError
        return await visit(source, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(poller, "visit", breaks)
    async with working(tower):
        tower.clock.move(minutes=16)
        await until(lambda: tower.site.visits_to("/b.xml") == 2)
        tower.clock.move(minutes=16)
        await until(lambda: tower.site.visits_to("/b.xml") == 3)
    assert "bug" in caplog.text


async def test_a_failing_feed_comes_back_by_itself(tower: Watchtower) -> None:
    await watch(tower, "/a.xml")
    tower.site.serve("/a.xml", b"", status=500)
    async with working(tower):
        tower.clock.move(minutes=16)
        await until(lambda: tower.site.visits_to("/a.xml") == 2)
        tower.publish(CLOSURE, NOTHING, path="/a.xml")
        tower.clock.move(minutes=34)
        await until(lambda: tower.site.visits_to("/a.xml") == 3)
        async with asyncio.timeout(5):
            while (await tower.source("/a.xml")).health is not Health.OK:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
    assert len(await tower.alerts()) == 1
    usual = timedelta(minutes=15) * (1 - SPREAD)
    assert (await tower.source("/a.xml")).next_poll_at >= tower.clock.now() + usual
