"""What becomes of a source that moves, vanishes or comes back: proposed, asked, taken back; its
health is kept with its times. Real visits to a website on loopback; days pass by the clock."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.alerts import AlertState, Reason
from bot.domain.notices import Kind, Origin
from bot.domain.polls import NEVER
from bot.domain.sources import Health, SourceKind, Watcher
from bot.errors import Refused
from tests.rss import CLOSURE, NOTHING, rss
from tests.watchtower import Watchtower, watchtower

HALF_A_DAY = 12 * 60


@pytest.fixture
async def tower(tmp_path: Path) -> AsyncIterator[Watchtower]:
    async with watchtower(tmp_path) as made:
        await made.guild()
        yield made


def moves(tower: Watchtower, to: str = "/new.xml", status: int = 301) -> None:
    tower.site.serve(to, rss([NOTHING]))
    tower.site.redirect("/feed.xml", tower.site.url(to), status)


async def goes_on(tower: Watchtower, times: int, path: str = "/feed.xml") -> None:
    for _ in range(times):
        await tower.visit(path, minutes=HALF_A_DAY)


async def watcher(tower: Watchtower, guild_id: int = 10) -> Watcher:
    async with tower.storage.reading() as work:
        ((found, _), *_) = await work.sources.watchers_for(guild_id)
    return found


async def number(tower: Watchtower) -> int:
    return (await tower.source()).move_number


async def test_a_move_is_proposed_once_after_days(tower: Watchtower) -> None:
    await tower.watches(10, NOTHING)
    moves(tower)
    await goes_on(tower, 4)
    assert await tower.to_say("moved") == []
    await goes_on(tower, 1)
    assert len(await tower.to_say("moved")) == 1
    await goes_on(tower, 3)
    assert len(await tower.to_say("moved")) == 1
    assert (await tower.source()).health is Health.OK


@pytest.mark.parametrize("status", [302, 307])
async def test_a_passing_redirect_is_no_move(tower: Watchtower, status: int) -> None:
    await tower.watches(10, NOTHING)
    moves(tower, status=status)
    await goes_on(tower, 8)
    assert await tower.to_say("moved") == []


async def test_a_redirect_that_changes_its_mind_begins_anew(tower: Watchtower) -> None:
    await tower.watches(10, NOTHING)
    moves(tower)
    await goes_on(tower, 4)
    moves(tower, to="/other.xml")
    await goes_on(tower, 4)
    assert await tower.to_say("moved") == []
    tower.publish(NOTHING)
    await goes_on(tower, 4)
    assert (await tower.source()).moved_to is None
    assert await tower.to_say("moved") == []


async def test_an_accepted_move_takes_along_what_is_known(tower: Watchtower) -> None:
    await tower.watches(10, NOTHING)
    moves(tower)
    await goes_on(tower, 6)
    before = await tower.source()
    kept, url = await tower.services.moving.accept(
        10, (await watcher(tower)).id, await number(tower)
    )
    assert url == tower.site.url("/new.xml")
    after = await tower.source("/new.xml")
    assert (after.id, after.seen, after.moved_to) == (before.id, before.seen, None)
    assert kept.name == (await watcher(tower)).name
    tower.publish(CLOSURE, NOTHING, path="/new.xml")
    await tower.visit("/new.xml")
    assert (await tower.alert()).reason is Reason.FIRST, "nothing is lost on the way"


async def test_a_move_that_is_kept_is_not_proposed_again_but_another_is(tower: Watchtower) -> None:
    await tower.watches(10, NOTHING)
    moves(tower)
    await goes_on(tower, 6)
    _, url = await tower.services.moving.keep(10, (await watcher(tower)).id, await number(tower))
    assert url == tower.site.url("/feed.xml")
    await goes_on(tower, 6)
    assert len(await tower.to_say("moved")) == 1
    moves(tower, to="/third.xml")
    await goes_on(tower, 6)
    assert len(await tower.to_say("moved")) == 2


async def test_what_one_guild_accepts_leaves_the_other_where_it_is(tower: Watchtower) -> None:
    await tower.guild(20)
    await tower.watches(10, NOTHING)
    await tower.watches(20, NOTHING)
    moves(tower)
    await goes_on(tower, 6)
    await tower.services.moving.accept(10, (await watcher(tower)).id, await number(tower))
    async with tower.storage.reading() as work:
        ((_, mine), *_) = await work.sources.watchers_for(10)
        ((_, theirs), *_) = await work.sources.watchers_for(20)
    assert (mine.url, theirs.url) == (tower.site.url("/new.xml"), tower.site.url("/feed.xml"))


async def test_a_move_to_what_is_watched_already_leaves_one_of_both(tower: Watchtower) -> None:
    await tower.watches(10, NOTHING)
    await tower.watches(10, NOTHING, path="/new.xml")
    moves(tower)
    await goes_on(tower, 6)
    first = await watcher(tower)
    await tower.services.moving.accept(10, first.id, await number(tower))
    assert len(await tower.services.watching.listing(10)) == 1


async def test_an_answer_to_what_no_longer_stands_is_refused(tower: Watchtower) -> None:
    await tower.watches(10, NOTHING)
    moves(tower)
    await goes_on(tower, 6)
    mine, then = await watcher(tower), await number(tower)
    with pytest.raises(Refused, match=r"moved\.outdated"):
        await tower.services.moving.accept(10, mine.id, then + 1)
    with pytest.raises(Refused, match=r"source\.unknown"):
        await tower.services.moving.accept(20, mine.id, then)
    await tower.services.moving.accept(10, mine.id, then)
    with pytest.raises(Refused, match=r"moved\.outdated"):
        await tower.services.moving.accept(10, mine.id, then)


async def test_nobody_in_a_guild_is_asked_about_the_catalogue(tower: Watchtower) -> None:
    tower.publish(NOTHING)
    await tower.operator_watches("folksy", "Folksy", "/feed.xml")
    await tower.follows(10, "folksy", "Folksy")
    await tower.visit()
    moves(tower)
    await goes_on(tower, 8)
    assert await tower.to_say("moved") == []


def vanishes(tower: Watchtower, status: int = 410, path: str = "/feed.xml") -> None:
    tower.site.serve(path, b"", status=status)


async def test_a_platforms_own_source_that_vanishes_is_laid_before_moderators_once(
    tower: Watchtower,
) -> None:
    await tower.watches(10, NOTHING)
    vanishes(tower)
    await goes_on(tower, 2)
    assert await tower.alerts() == []
    await goes_on(tower, 4)
    alert = await tower.alert()
    assert (alert.state, alert.reason, alert.told.kind) == (
        AlertState.PENDING,
        Reason.VANISHED,
        Kind.CLOSURE,
    )
    assert alert.told.headline == "127.0.0.1: HTTP 410"
    assert len(await tower.to_say("review")) == 1
    assert await tower.to_say("alert") == []


async def test_not_found_for_days_is_laid_before_moderators_too(tower: Watchtower) -> None:
    await tower.watches(10, NOTHING)
    vanishes(tower, 404)
    await goes_on(tower, 6)
    assert await tower.alerts() == []
    await goes_on(tower, 3)
    assert (await tower.alert()).told.headline == "127.0.0.1: HTTP 404"


async def test_what_is_back_is_quietly_taken_back_and_asked_again_when_it_goes_again(
    tower: Watchtower,
) -> None:
    await tower.watches(10, NOTHING)
    vanishes(tower, 404)
    await goes_on(tower, 9)
    tower.publish(NOTHING)
    await goes_on(tower, 1)
    alert = await tower.alert()
    assert (alert.state, alert.reason) == (AlertState.DISMISSED, Reason.RETURNED)
    assert await tower.to_say("alert") == []
    vanishes(tower, 404)
    await goes_on(tower, 9)
    alert = await tower.alert()
    assert (alert.state, alert.reason) == (AlertState.PENDING, Reason.VANISHED)


async def test_a_real_closing_after_a_return_is_told(tower: Watchtower) -> None:
    await tower.watches(10, NOTHING)
    vanishes(tower, 404)
    await goes_on(tower, 9)
    tower.publish(CLOSURE, NOTHING)
    await goes_on(tower, 1)
    states = [each.state for each in await tower.alerts()]
    assert states == [AlertState.PUBLISHED]


async def test_what_moderators_published_stays_theirs(tower: Watchtower) -> None:
    await tower.watches(10, NOTHING)
    vanishes(tower, 404)
    await goes_on(tower, 9)
    alert = await tower.alert()
    await tower.services.triage.publish(10, alert.id, 1)
    tower.publish(NOTHING)
    await goes_on(tower, 1)
    assert (await tower.alert()).state is AlertState.PUBLISHED


async def test_a_closing_that_was_told_is_not_asked_about(tower: Watchtower) -> None:
    await tower.watches(10, NOTHING)
    tower.publish(CLOSURE, NOTHING)
    await tower.visit()
    told = await tower.alert()
    vanishes(tower)
    await goes_on(tower, 6)
    after = await tower.alert()
    assert (after.id, after.state, after.told.origin) == (
        told.id,
        AlertState.PUBLISHED,
        Origin.OFFICIAL,
    )
    assert await tower.to_say("review") == []


async def test_the_end_of_a_paper_is_no_closing_of_the_platform(tower: Watchtower) -> None:
    await tower.watches(10, NOTHING, origin=Origin.PRESS)
    vanishes(tower)
    await goes_on(tower, 6)
    assert await tower.alerts() == []


async def test_the_end_of_a_status_page_is_no_closing_of_the_platform(tower: Watchtower) -> None:
    source = await tower.watches(10, NOTHING)
    async with tower.storage.unit_of_work() as work:
        await work.sources.save(replace(source, kind=SourceKind.STATUSPAGE))
    vanishes(tower)
    await goes_on(tower, 6)
    assert (await tower.source()).kind is SourceKind.STATUSPAGE
    assert await tower.alerts() == []


async def test_an_address_that_was_never_read_says_nothing(tower: Watchtower) -> None:
    await tower.operator_watches("folksy", "Folksy", "/feed.xml")
    await tower.follows(10, "folksy", "Folksy")
    vanishes(tower)
    await goes_on(tower, 6)
    assert await tower.alerts() == []


async def test_what_says_for_a_day_that_it_was_removed_is_visited_no_more(
    tower: Watchtower,
) -> None:
    await tower.watches(10, NOTHING)
    vanishes(tower)
    await goes_on(tower, 2)
    assert (await tower.source()).next_poll_at < NEVER
    await goes_on(tower, 2)
    assert (await tower.source()).next_poll_at == NEVER
    assert len(await tower.to_say("health")) == 1
    tower.publish(NOTHING)
    _, visit = await tower.services.watching.poll(10, "#1")
    assert visit.source.next_poll_at < NEVER


async def test_how_a_source_has_been_is_kept_with_its_times(tower: Watchtower) -> None:
    await tower.watches(10, NOTHING)
    began = tower.clock.now()
    vanishes(tower, 403)
    await goes_on(tower, 2)
    vanishes(tower, 500)
    await goes_on(tower, 1)
    tower.publish(NOTHING)
    await goes_on(tower, 1)
    history = await tower.services.watching.history(await tower.source())
    hours = [(each.at - began).total_seconds() / 3600 for each in history]
    assert [each.health for each in history] == [
        Health.OK,
        Health.SLOW,
        Health.BLIND,
        Health.OK,
    ]
    assert hours == [48, 36, 12, 0]
    assert history[2].fault is not None
    assert history[2].fault.key == "source.http.forbidden"
    async with tower.storage.unit_of_work() as work:
        await work.sources.forget_health(tower.clock.now())
        assert len(await work.sources.health_history(1, 9)) == 1


async def test_a_paused_watcher_is_asked_nothing(tower: Watchtower) -> None:
    await tower.watches(10, NOTHING)
    async with tower.storage.unit_of_work() as work:
        await work.sources.save_watcher(replace(await watcher(tower), paused=True))
    vanishes(tower)
    await goes_on(tower, 6)
    assert await tower.alerts() == []
