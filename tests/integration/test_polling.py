"""Visits: what is written and what is not, identity along the whole way, and who is told what."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain.alerts import AlertState, Reason
from bot.domain.entries import Entry
from bot.domain.sources import Health, Source
from bot.errors import DatabaseFault
from bot.storage.alerts import Alerts
from bot.storage.sources import Sources
from tests.fakes import NOON
from tests.rss import CLOSURE, NOTHING, Item, rss
from tests.watchtower import Commits, Watchtower, watchtower

OLD = Item(
    "Kilnfolk will close",
    "Kilnfolk will close for good on 31 May 2026. Sales end on 30 April 2026.",
    guid="old",
    link="https://news.kilnfolk.example/old",
    at=NOON - timedelta(days=20),
)
ANCIENT = replace(OLD, at=NOON - timedelta(days=45))


@pytest.fixture
async def tower(tmp_path: Path) -> AsyncIterator[Watchtower]:
    async with watchtower(tmp_path) as made:
        await made.guild()
        yield made


async def changes_of(tower: Watchtower) -> object:
    async with tower.storage._writer.connect() as connection:
        return (await connection.exec_driver_sql("SELECT total_changes()")).scalar()


async def test_an_unchanged_visit_writes_nothing(tower: Watchtower) -> None:
    await tower.watches(10, NOTHING)
    await tower.visit()
    before = await changes_of(tower)
    with Commits(tower.storage) as commits:
        source = await tower.source()
        for _ in range(3):
            tower.clock.move(minutes=15)
            visit = await tower.services.poller.visit(source)
            source = visit.source
            assert (visit.fault, visit.fresh) == (None, 0)
    assert (commits.count, commits.statements) == (0, [])
    assert await changes_of(tower) == before
    kept = await tower.source()
    assert kept.polled_at is not None
    assert kept.polled_at < tower.clock.now()
    await tower.services.poller.flush()
    assert (await tower.source()).polled_at == tower.clock.now()
    with Commits(tower.storage) as commits:
        await tower.services.poller.flush()
    assert commits.count == 0


async def test_an_unchanged_visit_asks_the_database_nothing(tower: Watchtower) -> None:
    await tower.watches(10, NOTHING)
    await tower.visit()
    source = await tower.source()
    asked: list[str] = []

    def asks(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    engines = (tower.storage._reader.sync_engine, tower.storage._writer.sync_engine)
    for engine in engines:
        sa.event.listen(engine, "before_cursor_execute", asks)
    try:
        tower.clock.move(minutes=15)
        assert (await tower.services.poller.visit(source)).fault is None
    finally:
        for engine in engines:
            sa.event.remove(engine, "before_cursor_execute", asks)
    assert asked == []


async def test_a_304_writes_nothing_either(tower: Watchtower) -> None:
    tower.site.serve("/feed.xml", rss([NOTHING]), headers={"ETag": '"1"'})
    await tower.services.watching.add(10, 1, tower.site.url("/feed.xml"), "Kilnfolk")
    source = await tower.source()
    with Commits(tower.storage) as commits:
        visit = await tower.services.poller.visit(source)
    assert (visit.fault, commits.count) == (None, 0)
    assert tower.site.visits[-1].headers["if-none-match"] == '"1"'


async def test_all_that_a_visit_brings_is_one_transaction(tower: Watchtower) -> None:
    await tower.watches(10, NOTHING)
    source = await tower.source()
    tower.publish(CLOSURE, NOTHING)
    with Commits(tower.storage) as commits:
        await tower.services.poller.visit(source)
    assert commits.count == 1
    written = {line.split()[2] for line in commits.statements if line.startswith("INSERT")}
    assert written >= {"entries", "incidents", "notices", "alerts", "revisions", "deliveries"}


@pytest.mark.parametrize("where", ["add", "add_revision"])
async def test_a_visit_that_is_broken_off_leaves_no_half_and_loses_nothing(
    tower: Watchtower, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    await tower.watches(10, NOTHING)
    source = await tower.source()
    tower.publish(CLOSURE, NOTHING)
    whole = getattr(Alerts, where)

    async def breaks(self: Alerts, *given: Any) -> Any:
        await whole(self, *given)
        raise ZeroDivisionError

    monkeypatch.setattr(Alerts, where, breaks)
    with pytest.raises(ZeroDivisionError):
        await tower.services.poller.visit(source)
    for table in ("notices", "incidents", "alerts", "revisions", "deliveries"):
        assert await tower.rows(f"SELECT * FROM {table}") == [], table  # noqa: S608 - ours
    assert (await tower.source()).seen == source.seen
    monkeypatch.undo()
    await tower.visit()
    assert (await tower.alert()).state is AlertState.PUBLISHED


async def test_a_visit_that_ends_at_its_last_statement_leaves_no_half(
    tower: Watchtower, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = await tower.watches(10, NOTHING)
    tower.publish(CLOSURE, NOTHING)
    saved = asyncio.Event()
    whole = Sources.save

    async def hangs(self: Sources, given: Source) -> None:
        await whole(self, given)
        saved.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(Sources, "save", hangs)
    visiting = asyncio.create_task(tower.services.poller.visit(source))
    await asyncio.wait_for(saved.wait(), 10)
    visiting.cancel()
    await asyncio.gather(visiting, return_exceptions=True)
    monkeypatch.undo()
    assert await tower.alerts() == []
    assert (await tower.visit()).fresh == 1
    assert (await tower.alert()).state is AlertState.PUBLISHED


async def test_a_new_source_begins_silently_and_offers_the_last_month(tower: Watchtower) -> None:
    await tower.watches(10, OLD, NOTHING)
    alert = await tower.alert()
    assert (alert.state, alert.reason) == (AlertState.PENDING, Reason.BASELINE)
    assert {subject for subject, _, _ in await tower.to_say()} == {"review"}


async def test_what_is_older_than_a_month_is_not_offered(tower: Watchtower) -> None:
    await tower.watches(10, ANCIENT)
    assert await tower.alerts() == []
    assert (await tower.visit()).fresh == 0


async def test_what_appears_after_the_beginning_rings(tower: Watchtower) -> None:
    await tower.watches(10, NOTHING)
    tower.publish(CLOSURE, NOTHING)
    await tower.visit()
    assert await tower.to_say() == [("alert", 1000, 1)]


async def test_an_old_announcement_that_waits_rings_with_the_next_news(tower: Watchtower) -> None:
    await tower.watches(10, OLD)
    later = OLD.but(
        title="Kilnfolk: you have a little more time",
        body="Kilnfolk will close for good on 30 June 2026. Sales end on 31 May 2026.",
        guid="later",
        link="https://news.kilnfolk.example/later",
        at=NOON,
    )
    tower.publish(later, OLD)
    await tower.visit()
    assert (await tower.alert()).state is AlertState.PUBLISHED


REWRITES: dict[str, dict[str, Any]] = {
    "guid": {"guid": "tag:kilnfolk.example,2026:closing"},
    "no guid": {"guid": None},
    "date": {"at": NOON + timedelta(days=9)},
    "no date": {"at": None},
    "address": {"link": "http://www.news.kilnfolk.example/closing/?utm_source=rss"},
    "address and guid": {"guid": "x", "link": "https://kilnfolk.example/2026/closing"},
    "markup": {"body": f"<div><p>{CLOSURE.body}</p></div>"},
}


@pytest.mark.parametrize("what", REWRITES)
async def test_an_entry_that_is_only_rewritten_is_no_news(tower: Watchtower, what: str) -> None:
    await tower.watches(10, NOTHING)
    tower.publish(CLOSURE, NOTHING)
    await tower.visit()
    before = await tower.alert()
    tower.publish(CLOSURE.but(**REWRITES[what]), NOTHING)
    assert (await tower.visit()).fresh == 0
    assert await tower.alert() == before
    assert await tower.to_say() == [("alert", 1000, 1)]


async def test_an_edited_entry_changes_its_alert(tower: Watchtower) -> None:
    await tower.watches(10, NOTHING)
    tower.publish(CLOSURE, NOTHING)
    await tower.visit()
    moved = CLOSURE.body.replace("31 May 2026", "30 June 2026")
    tower.publish(CLOSURE.but(body=moved), NOTHING)
    assert (await tower.visit()).fresh == 1
    alert = await tower.alert()
    assert (alert.state, alert.revision, alert.reason) == (
        AlertState.PUBLISHED,
        2,
        Reason.CHANGED,
    )
    history = await tower.history(alert)
    assert ("date_moved", "2026-05-31", "2026-06-30") in [
        (each.name, each.was, each.now) for each in history[-1].changes
    ]
    assert "2026-05-31" not in [each.iso for each in alert.told.deadlines]
    assert len(alert.told.links) == 1


async def test_one_guid_for_everything_hides_no_closure(tower: Watchtower) -> None:
    spring = NOTHING.but(guid="news")
    await tower.watches(10, spring)
    tower.publish(CLOSURE.but(guid="news"), spring)
    assert (await tower.visit()).fresh == 1
    assert (await tower.alert()).state is AlertState.PUBLISHED
    third = NOTHING.but(guid="news", title="Kiln of May", link="https://news.kilnfolk.example/3")
    tower.publish(third, CLOSURE.but(guid="news"), spring)
    assert (await tower.visit()).fresh == 1
    assert len(await tower.alerts()) == 1


async def test_a_feed_whose_order_changes_brings_nothing_new(tower: Watchtower) -> None:
    await tower.watches(10, CLOSURE, NOTHING)
    tower.publish(NOTHING, CLOSURE)
    assert (await tower.visit()).fresh == 0


async def test_a_feed_that_forgets_and_remembers_brings_nothing_new(tower: Watchtower) -> None:
    await tower.watches(10, NOTHING)
    tower.publish(CLOSURE, NOTHING)
    await tower.visit()
    tower.publish()
    await tower.visit()
    tower.publish(CLOSURE, NOTHING)
    await tower.visit()
    assert (await tower.alert()).revision == 1


async def test_a_feed_that_fails_and_returns_loses_nothing(tower: Watchtower) -> None:
    await tower.watches(10, NOTHING)
    for status in (500, 404, 403, 429):
        tower.site.serve("/feed.xml", b"", status=status)
        visit = await tower.visit(minutes=300)
        assert visit.fault is not None
    tower.site.serve("/feed.xml", b"<html>", "text/html")
    assert (await tower.visit()).source.health is Health.BROKEN
    assert {row[:2] for row in await tower.to_say()} == {("health", 0)}
    tower.publish(CLOSURE, NOTHING)
    visit = await tower.visit()
    assert (visit.fault, visit.fresh, visit.source.health) == (None, 1, Health.OK)
    assert (await tower.alert()).state is AlertState.PUBLISHED
    assert [subject for subject, _, _ in await tower.to_say()] == ["health", "alert", "health"]


async def test_a_feed_that_returns_unchanged_is_well_again(tower: Watchtower) -> None:
    await tower.watches(10, NOTHING)
    tower.site.serve("/feed.xml", b"", status=500)
    assert (await tower.visit()).source.failures == 1
    tower.publish(NOTHING)
    visit = await tower.visit()
    assert (visit.source.health, visit.source.failures, visit.fresh) == (Health.OK, 0, 0)


async def test_one_address_is_fetched_once_for_all_who_watch_it(tower: Watchtower) -> None:
    await tower.guild(20)
    await tower.watches(10, NOTHING)
    await tower.watches(20, NOTHING)
    assert tower.site.visits_to("/feed.xml") == 1
    tower.publish(CLOSURE, NOTHING)
    await tower.visit()
    assert tower.site.visits_to("/feed.xml") == 2
    assert [(await tower.alert(guild)).state for guild in (10, 20)] == [AlertState.PUBLISHED] * 2


async def test_a_second_watcher_is_offered_what_was_said_lately(tower: Watchtower) -> None:
    await tower.guild(20)
    await tower.watches(10, NOTHING)
    tower.publish(CLOSURE, NOTHING)
    await tower.visit()
    await tower.watches(20, CLOSURE, NOTHING)
    assert (await tower.alert(20)).reason is Reason.BASELINE
    assert (await tower.alert(10)).state is AlertState.PUBLISHED


async def test_an_operator_who_begins_to_listen_offers_what_was_said_at_an_unchanged_visit(
    tower: Watchtower,
) -> None:
    await tower.guild(20)
    await tower.watches(10, NOTHING, platform="Folksy")
    closing = CLOSURE.but(
        title="Folksy is closing",
        body=CLOSURE.body.replace("Kilnfolk", "Folksy"),
        link="https://folksy.com/closing",
    )
    tower.publish(closing, NOTHING)
    await tower.visit()
    await tower.operator_watches("folksy", "Folksy", "/feed.xml")
    await tower.follows(20, "folksy", "Folksy")
    await tower.visit()
    assert (await tower.alert(20)).reason is Reason.BASELINE
    with Commits(tower.storage) as commits:
        await tower.services.poller.visit((await tower.visit()).source)
    assert commits.count == 0


async def test_what_appears_after_the_operator_began_rings(tower: Watchtower) -> None:
    await tower.watches(10, NOTHING, platform="Folksy")
    await tower.guild(20)
    await tower.follows(20, "folksy", "Folksy")
    await tower.operator_watches("folksy", "Folksy", "/feed.xml")
    await tower.visit()
    closing = CLOSURE.but(
        title="Folksy is closing",
        body=CLOSURE.body.replace("Kilnfolk", "Folksy"),
        link="https://folksy.com/closing",
    )
    tower.publish(closing, NOTHING)
    await tower.visit()
    assert (await tower.alert(20)).state is AlertState.PUBLISHED


async def test_what_appears_while_a_source_rests_is_no_news(tower: Watchtower) -> None:
    await tower.watches(10, NOTHING)
    await tower.pause(10, paused=True)
    tower.publish(CLOSURE, NOTHING)
    await tower.pause(10, paused=False)
    await tower.visit()
    assert (await tower.alert()).reason is Reason.BASELINE


async def test_a_paused_watcher_hears_nothing_while_another_does(tower: Watchtower) -> None:
    await tower.guild(20)
    await tower.watches(10, NOTHING)
    await tower.watches(20, NOTHING)
    await tower.pause(10, paused=True)
    tower.publish(CLOSURE, NOTHING)
    await tower.visit()
    assert await tower.alerts(10) == []
    assert (await tower.alert(20)).state is AlertState.PUBLISHED


async def test_a_source_that_is_removed_during_a_visit_leaves_nothing(
    tower: Watchtower, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = await tower.watches(10, NOTHING)
    tower.publish(CLOSURE, NOTHING)
    reader = tower.services.poller._reader
    read = reader.read

    async def removes(*given: Any) -> Any:
        found = await read(*given)
        await tower.services.watching.remove(10, source.url)
        return found

    monkeypatch.setattr(reader, "read", removes)
    visit = await tower.services.poller.visit(source)
    assert visit.fault is None
    await tower.services.poller.flush()
    assert await tower.alerts() == []
    assert await tower.rows("SELECT * FROM sources") == []


async def test_a_pause_during_a_visit_is_heeded(
    tower: Watchtower, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = await tower.watches(10, NOTHING)
    tower.publish(CLOSURE, NOTHING)
    reader = tower.services.poller._reader
    read = reader.read

    async def pauses(*given: Any) -> Any:
        found = await read(*given)
        await tower.pause(10, paused=True)
        return found

    monkeypatch.setattr(reader, "read", pauses)
    await tower.services.poller.visit(source)
    assert await tower.alerts() == []
    assert await tower.rows("SELECT paused FROM watchers") == [(1,)]


async def test_two_visits_to_one_source_at_once_tell_once(tower: Watchtower) -> None:
    source = await tower.watches(10, NOTHING)
    tower.publish(CLOSURE, NOTHING)
    poller = tower.services.poller
    await asyncio.gather(*(poller.visit(source, afresh=True) for _ in range(5)))
    assert (await tower.alert()).revision == 1
    assert len(poller._busy) == 0


async def test_a_visit_with_yesterdays_memory_tells_once(tower: Watchtower) -> None:
    source = await tower.watches(10, NOTHING)
    tower.publish(CLOSURE, NOTHING)
    for _ in range(3):
        await tower.services.poller.visit(source)
    assert (await tower.alert()).revision == 1


async def test_five_hundred_entries_do_not_hold_up_the_loop(tower: Watchtower) -> None:
    words = "Zażółć gęślą jaźń: on aime la céramique, les émaux et les fours. " * 30
    items = [
        NOTHING.but(
            title=f"Émail numéro {number}",
            body=f"{number} {words}",
            guid=str(number),
            link=f"https://news.kilnfolk.example/{number}",
        )
        for number in range(500)
    ]
    tower.publish(*items)
    turns = 0
    done = asyncio.Event()

    async def heartbeat() -> None:
        nonlocal turns
        while not done.is_set():
            turns += 1
            await asyncio.sleep(0)

    beating = asyncio.create_task(heartbeat())
    added = await tower.services.watching.add(10, 1, tower.site.url("/feed.xml"), "Kilnfolk")
    done.set()
    await beating
    assert added.entries == 500
    assert turns > 3 * 500, "reading, recognising and writing an entry each let others go on"


async def test_entries_are_kept_as_they_were_read(tower: Watchtower) -> None:
    source = await tower.watches(10, CLOSURE)
    async with tower.storage.reading() as work:
        ((_, entry),) = await work.entries.recent(source.id, NOON - timedelta(days=1))
        assert await work.entries.count(source.id) == 1
    assert isinstance(entry, Entry)
    assert (entry.key, entry.title, entry.url) == ("closing", CLOSURE.title, CLOSURE.link)


async def test_every_guild_that_follows_hears_once_that_the_operators_source_is_silent(
    tower: Watchtower,
) -> None:
    for guild_id in (10, 20):
        await tower.guild(guild_id)
        await tower.follows(guild_id, "folksy", "Folksy")
    tower.publish(NOTHING)
    await tower.operator_watches("folksy", "Folksy", "/feed.xml")
    await tower.visit()
    tower.site.serve("/feed.xml", b"", status=403)
    for _ in range(6):
        await tower.visit(minutes=300)
    rows = await tower.rows("SELECT subject, guild_id, revision FROM deliveries")
    assert sorted(rows) == [("health", 10, 1), ("health", 20, 1)]
    tower.publish(NOTHING)
    await tower.visit()
    rows = await tower.rows("SELECT guild_id, revision FROM deliveries WHERE revision = 2")
    assert sorted(rows) == [(10, 2), (20, 2)]


async def test_times_that_could_not_be_written_are_written_later(
    tower: Watchtower, monkeypatch: pytest.MonkeyPatch
) -> None:
    await tower.watches(10, NOTHING)
    poller = tower.services.poller
    tower.clock.move(minutes=15)
    await poller.visit(await tower.source())

    async def full(*_: object) -> None:
        raise DatabaseFault("database.full", path="")

    monkeypatch.setattr(Sources, "save_visits", full)
    with pytest.raises(DatabaseFault):
        await poller.flush()
    monkeypatch.undo()
    await poller.flush()
    assert (await tower.source()).polled_at == tower.clock.now()


async def test_what_an_answer_and_a_feed_ask_for_is_kept_and_heard(tower: Watchtower) -> None:
    wishes = "<ttl>40</ttl><skipHours><hour>3</hour></skipHours>"
    body = rss([NOTHING]).replace("<channel>", f"<channel>{wishes}")
    await tower.watches(10, NOTHING)
    tower.site.serve("/feed.xml", body, headers={"Cache-Control": "max-age=1800", "ETag": '"one"'})
    visit = await tower.visit()
    kept = await tower.source()
    assert (kept.pace.ttl, kept.pace.skip_hours) == (timedelta(minutes=40), (3,))
    assert visit.source.next_poll_at >= tower.clock.now() + timedelta(minutes=40)
    visit = await tower.visit(minutes=45)
    assert visit.source.next_poll_at >= tower.clock.now() + timedelta(minutes=40)
    tower.site.serve("/feed.xml", rss([NOTHING]), headers={"Cache-Control": "max-age=1800"})
    visit = await tower.visit(minutes=45)
    assert visit.source.pace.ttl is None
    wait = visit.source.next_poll_at - tower.clock.now()
    assert timedelta(minutes=30) <= wait <= timedelta(minutes=33)
