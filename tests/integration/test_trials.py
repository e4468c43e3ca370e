"""An address of the catalogue that nobody has verified is read for a day before it may speak."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.sources import Source
from tests.rss import CLOSURE, NOTHING, rss
from tests.watchtower import Watchtower, watchtower

CLOSING = replace(
    CLOSURE, title="Folksy is closing", body=CLOSURE.body.replace("Kilnfolk", "Folksy")
)
NEWS = replace(NOTHING, title="A new way to pack bowls", link="https://k.example/new", guid="new")


@pytest.fixture
async def tower(tmp_path: Path) -> AsyncIterator[Watchtower]:
    async with watchtower(tmp_path) as made:
        await made.guild()
        await made.follows(10, "folksy", "Folksy")
        yield made


async def on_trial(tower: Watchtower) -> Source:
    source = await tower.operator_watches("folksy", "Folksy", "/feed.xml")
    async with tower.storage.unit_of_work() as work:
        ((watcher, _),) = await work.sources.watchers_for(None)
        await work.sources.save_watcher(replace(watcher, trial_since=tower.clock.now()))
    return source


async def test_what_is_read_on_trial_does_not_speak(tower: Watchtower) -> None:
    tower.publish(NOTHING)
    await on_trial(tower)
    await tower.visit()
    tower.site.serve("/feed.xml", rss([CLOSING, NOTHING], title="Folksy blog"))
    await tower.visit(minutes=60)
    assert await tower.alerts() == []
    assert await tower.to_say() == []


async def test_after_a_day_of_reading_well_it_speaks(tower: Watchtower) -> None:
    tower.site.serve("/feed.xml", rss([NOTHING], title="Folksy blog"))
    await on_trial(tower)
    for _ in range(3):
        await tower.visit(minutes=12 * 60)
    tower.site.serve("/feed.xml", rss([CLOSING, NOTHING], title="Folksy blog"))
    await tower.visit()
    assert len(await tower.alerts()) == 1
    async with tower.storage.reading() as work:
        ((watcher, _),) = await work.sources.watchers_for(None)
    assert watcher.trial_since is None
    assert watcher.baselined_at is not None


async def test_what_is_not_the_platforms_stays_on_trial(tower: Watchtower) -> None:
    tower.site.serve("/feed.xml", rss([NOTHING], title="Parked domains for sale"))
    await on_trial(tower)
    for _ in range(5):
        tower.site.serve("/feed.xml", rss([NEWS, NOTHING], title="Parked domains for sale"))
        await tower.visit(minutes=12 * 60)
        tower.site.serve("/feed.xml", rss([NOTHING], title="Parked domains for sale"))
        await tower.visit(minutes=12 * 60)
    async with tower.storage.reading() as work:
        ((watcher, _),) = await work.sources.watchers_for(None)
    assert watcher.trial_since is not None


async def test_failing_begins_the_trial_anew(tower: Watchtower) -> None:
    tower.site.serve("/feed.xml", rss([NOTHING], title="Folksy blog"))
    await on_trial(tower)
    await tower.visit(minutes=20 * 60)
    tower.site.serve("/feed.xml", "", status=500)
    await tower.visit(minutes=60)
    tower.site.serve("/feed.xml", rss([NOTHING], title="Folksy blog"))
    await tower.visit(minutes=10 * 60)
    tower.site.serve("/feed.xml", rss([CLOSING, NOTHING], title="Folksy blog"))
    await tower.visit(minutes=60)
    assert await tower.alerts() == []
