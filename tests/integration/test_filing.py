"""Notices become incidents and alerts: whose word it is, who is told, what stays private."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.alerts import AlertState, Reason
from bot.domain.entries import Entry
from bot.domain.guilds import Mode
from bot.domain.notices import Kind, Origin, Scope, What
from bot.services.filing import Filed, file
from bot.services.triage import Corrections
from tests.fakes import NOON
from tests.rss import CLOSURE, FEES, HOLIDAY, LETTER, NOTHING, PRESS, Item
from tests.told import deadline, told
from tests.watchtower import Watchtower, watchtower


def about(item: Item, name: str, host: str, **changes: object) -> Item:
    """An announcement of one of the catalogue's platforms."""
    return item.but(
        title=item.title.replace("Kilnfolk", name),
        body=item.body.replace("Kilnfolk", name),
        link=f"https://{host}/{item.guid}",
        **changes,
    )


FOLKSY = about(CLOSURE, "Folksy", "blog.folksy.com")


@pytest.fixture
async def tower(tmp_path: Path) -> AsyncIterator[Watchtower]:
    async with watchtower(tmp_path) as made:
        await made.guild()
        yield made


async def catalogue(tower: Watchtower, *guilds: int) -> None:
    """The operator listens for Folksy, and these guilds follow it."""
    tower.publish(NOTHING, path="/folksy.xml")
    await tower.operator_watches("folksy", "Folksy", "/folksy.xml")
    for guild_id in guilds:
        await tower.guild(guild_id)
        await tower.follows(guild_id, "folksy", "Folksy")
    await tower.visit("/folksy.xml")


async def says(tower: Watchtower, *items: Item) -> None:
    """What the catalogue's source has now, visited."""
    tower.publish(*items, NOTHING, path="/folksy.xml")
    await tower.visit("/folksy.xml")


async def test_the_platforms_own_host_is_official(tower: Watchtower) -> None:
    await catalogue(tower, 10)
    await says(tower, FOLKSY)
    alert = await tower.alert()
    assert (alert.state, alert.told.origin) == (AlertState.PUBLISHED, Origin.OFFICIAL)


async def test_another_host_in_the_same_feed_is_press(tower: Watchtower) -> None:
    await catalogue(tower, 10)
    await says(tower, FOLKSY.but(link="https://folksy.com.paper.example/closing"))
    alert = await tower.alert()
    assert (alert.state, alert.reason) == (AlertState.PENDING, Reason.DOUBTFUL)
    assert alert.told.origin is Origin.PRESS


async def test_only_who_follows_is_told(tower: Watchtower) -> None:
    await catalogue(tower, 20)
    await says(tower, FOLKSY)
    assert await tower.alerts(10) == []
    assert (await tower.alert(20)).state is AlertState.PUBLISHED


async def test_each_guilds_mode_decides_for_itself(tower: Watchtower) -> None:
    await catalogue(tower, 10, 20)
    await tower.guild(20, Mode.REVIEW)
    await says(tower, FOLKSY)
    assert (await tower.alert(10)).state is AlertState.PUBLISHED
    reviewed = await tower.alert(20)
    assert (reviewed.state, reviewed.reason) == (AlertState.PENDING, Reason.BY_MODE)
    assert set(await tower.to_say()) == {("alert", 1000, 1), ("review", 2001, 1)}


async def test_a_guilds_own_source_speaks_to_that_guild_only(tower: Watchtower) -> None:
    await catalogue(tower, 10, 20)
    await tower.watches(10, NOTHING, platform="Folksy")
    tower.publish(FOLKSY, NOTHING)
    await tower.visit()
    assert (await tower.alert(10)).state is AlertState.PUBLISHED
    assert await tower.alerts(20) == []
    await says(tower, FOLKSY)
    assert (await tower.alert(20)).revision == 1


async def test_private_and_public_words_on_one_event_are_one_alert(tower: Watchtower) -> None:
    await catalogue(tower, 10, 20)
    await says(tower, FOLKSY)
    private = FOLKSY.but(
        title="Folksy: the end",
        body=FOLKSY.body + " Balances are paid out until 20 June 2026.",
        guid="private",
        link="https://blog.folksy.com/private",
        at=NOON + timedelta(hours=1),
    )
    await tower.watches(10, NOTHING, platform="Folksy")
    tower.publish(private, NOTHING)
    await tower.visit()
    mine, theirs = await tower.alert(10), await tower.alert(20)
    assert [link.url for link in mine.told.links] == [private.link, FOLKSY.link]
    assert [link.url for link in theirs.told.links] == [FOLKSY.link]
    assert theirs.revision == 1


async def test_a_public_word_after_a_private_one_joins_its_alert(tower: Watchtower) -> None:
    await catalogue(tower, 10)
    await tower.watches(10, NOTHING, platform="Folksy")
    tower.publish(FOLKSY.but(guid="p", link="https://mirror.example/p"), NOTHING)
    await tower.visit()
    await says(tower, FOLKSY)
    alert = await tower.alert()
    assert len(alert.told.links) == 2
    assert len(await tower.to_say("alert")) == 1


async def test_who_follows_late_is_offered_what_is_open(tower: Watchtower) -> None:
    await catalogue(tower, 10)
    await says(tower, FOLKSY)
    await tower.guild(30)
    followed = await tower.services.following.follow(30, "Folksy")
    alert = await tower.alert(30)
    assert [each.id for each in followed.offered] == [alert.id]
    assert (alert.state, alert.reason) == (AlertState.PENDING, Reason.LATE)


async def test_one_event_told_by_several_sources_is_one_alert(tower: Watchtower) -> None:
    await tower.watches(10, NOTHING, path="/blog.xml")
    await tower.watches(10, NOTHING, path="/status.xml")
    await tower.watches(10, NOTHING, path="/paper.xml", origin=Origin.PRESS)
    press = PRESS.but(body=PRESS.body + " Sellers are angry.")
    for path, item in (("/blog.xml", CLOSURE), ("/status.xml", CLOSURE), ("/paper.xml", press)):
        tower.publish(item, NOTHING, path=path)
        await tower.visit(path)
    alert = await tower.alert()
    assert alert.told.origin is Origin.OFFICIAL
    assert len(alert.told.links) == 2
    assert "paper.example" in str(alert.told.links[-1].url)
    assert len(await tower.to_say("alert")) == 1


async def test_the_press_adds_no_date_to_what_the_platform_said(tower: Watchtower) -> None:
    await tower.watches(10, NOTHING, path="/blog.xml")
    await tower.watches(10, NOTHING, path="/paper.xml", origin=Origin.PRESS)
    tower.publish(CLOSURE, NOTHING, path="/blog.xml")
    await tower.visit("/blog.xml")
    before = (await tower.alert()).told.deadlines
    tower.publish(PRESS.but(body="Kilnfolk will shut down on 3 April 2026."), path="/paper.xml")
    await tower.visit("/paper.xml")
    assert (await tower.alert()).told.deadlines == before


async def test_a_rumour_in_the_press_rings_when_the_platform_confirms_it(tower: Watchtower) -> None:
    await tower.watches(10, NOTHING, path="/blog.xml")
    await tower.watches(10, NOTHING, path="/paper.xml", origin=Origin.PRESS)
    tower.publish(PRESS, NOTHING, path="/paper.xml")
    await tower.visit("/paper.xml")
    assert (await tower.alert()).reason is Reason.DOUBTFUL
    tower.publish(CLOSURE, NOTHING, path="/blog.xml")
    await tower.visit("/blog.xml")
    alert = await tower.alert()
    assert (alert.state, alert.reason) == (AlertState.PUBLISHED, Reason.CONFIRMED)


async def test_a_dismissed_rumour_rings_when_the_platform_confirms_it(tower: Watchtower) -> None:
    await tower.watches(10, NOTHING)
    report = await tower.services.reporting.report(10, 7, LETTER)
    assert report.alert is not None
    await tower.services.triage.dismiss(10, report.alert.id, 1)
    tower.publish(CLOSURE, NOTHING)
    await tower.visit()
    assert (await tower.alert()).state is AlertState.PUBLISHED


async def test_a_retracted_alert_goes_to_review_when_the_platform_speaks(tower: Watchtower) -> None:
    await tower.watches(10, NOTHING)
    report = await tower.services.reporting.report(10, 7, LETTER)
    assert report.alert is not None
    await tower.services.triage.publish(10, report.alert.id, 1)
    await tower.services.triage.retract(10, report.alert.id, 1, "wrong")
    tower.publish(CLOSURE, NOTHING)
    await tower.visit()
    alert = await tower.alert()
    assert (alert.state, alert.reason) == (AlertState.PENDING, Reason.REOPENED)


async def test_a_report_changes_nothing_that_was_told_but_is_shown_to_moderators(
    tower: Watchtower,
) -> None:
    await tower.watches(10, NOTHING)
    tower.publish(CLOSURE, NOTHING)
    await tower.visit()
    told = (await tower.alert()).told
    forged = LETTER.replace("31 mai", "5 avril").replace("30 avril", "4 avril")
    await tower.services.reporting.report(10, 7, forged)
    alert = await tower.alert()
    assert (alert.told, alert.revision) == (told, 1)
    assert ("review", 1001, 1) in await tower.to_say()
    view = await tower.services.triage.view(10, alert.id)
    assert [notice.origin for notice in view.notices] == [Origin.OFFICIAL, Origin.COMMUNITY]
    assert view.reporters == 1


async def test_a_beginning_publishes_no_waiting_rumour(tower: Watchtower) -> None:
    await tower.services.reporting.report(10, 7, LETTER)
    await tower.watches(10, CLOSURE, NOTHING)
    alert = await tower.alert()
    assert alert.state is AlertState.PENDING
    assert await tower.to_say("alert") == []


async def test_a_correction_holds_until_the_source_moves_on(tower: Watchtower) -> None:
    await tower.watches(10, NOTHING)
    tower.publish(CLOSURE, NOTHING)
    await tower.visit()
    alert = await tower.alert()
    (ends, *_) = [each for each in alert.told.deadlines if each.iso == "2026-05-31"]
    day = ends.on + timedelta(days=1)
    name = f"{ends.what.value}:{ends.on.isoformat()}"
    await tower.services.triage.correct(10, alert.id, 1, Corrections(on=day, date_of=name))
    tower.publish(CLOSURE.but(body=CLOSURE.body + " Thank you."), NOTHING)
    await tower.visit()
    assert day in [each.on for each in (await tower.alert()).told.deadlines]
    tower.publish(CLOSURE.but(body=CLOSURE.body.replace("31 May", "31 July")), NOTHING)
    await tower.visit()
    days = [each.iso for each in (await tower.alert()).told.deadlines]
    assert "2026-07-31" in days
    assert day.isoformat() not in days


async def test_two_fee_changes_are_two_alerts_and_one_told_twice_is_one(tower: Watchtower) -> None:
    await tower.watches(10, NOTHING)
    again = FEES.but(
        guid="fees2", link="https://news.kilnfolk.example/fees2", title="Kilnfolk fees"
    )
    other = FEES.but(
        title="Kilnfolk: postage labels become dearer",
        body="From 15 June 2026 Kilnfolk will raise the fee for postage labels by 10%.",
        guid="labels",
        link="https://news.kilnfolk.example/labels",
    )
    for items in ((FEES,), (again, FEES), (other, again, FEES)):
        tower.publish(*items, NOTHING)
        await tower.visit()
    alerts = await tower.alerts()
    assert [alert.told.kind for alert in alerts] == [Kind.POLICY, Kind.POLICY]
    assert [len(alert.told.links) for alert in alerts] == [2, 1]


async def test_two_platforms_never_share_an_alert(tower: Watchtower) -> None:
    await tower.watches(10, NOTHING, path="/one.xml", platform="Kilnfolk")
    await tower.watches(10, NOTHING, path="/two.xml", platform="Potmarket")
    for path in ("/one.xml", "/two.xml"):
        tower.publish(CLOSURE, NOTHING, path=path)
        await tower.visit(path)
    assert {alert.told.platform for alert in await tower.alerts()} == {"kilnfolk", "potmarket"}


async def test_a_platform_of_a_guilds_own_matches_however_it_is_written(tower: Watchtower) -> None:
    await tower.watches(10, NOTHING, path="/one.xml", platform="Kiln  Fôlk")
    await tower.watches(10, NOTHING, path="/two.xml", platform="kiln folk")
    for path in ("/one.xml", "/two.xml"):
        tower.publish(CLOSURE, NOTHING, path=path)
        await tower.visit(path)
    assert (await tower.alert()).told.platform == "kiln-folk"


async def test_an_official_word_that_names_no_platform_is_about_its_own(tower: Watchtower) -> None:
    await catalogue(tower, 10)
    nameless = FOLKSY.but(
        title="We are closing",
        body="Dear sellers, our marketplace will close for good on 31 May 2026.",
    )
    await says(tower, nameless)
    assert (await tower.alert()).told.platform == "folksy"


async def test_a_platforms_blog_is_no_official_word_on_another_platform(tower: Watchtower) -> None:
    await catalogue(tower, 10)
    await tower.follows(10, "dawanda", "DaWanda")
    other = about(CLOSURE, "DaWanda", "blog.folksy.com")
    welcome = " Sellers are welcome on Folksy."
    await says(tower, other.but(body=other.body + welcome))
    alert = await tower.alert()
    assert (alert.told.platform, alert.told.origin) == ("dawanda", Origin.PRESS)
    assert alert.state is AlertState.PENDING


async def test_two_letters_about_nobody_in_particular_are_two(tower: Watchtower) -> None:
    letters = (
        "We are closing\n\nDear sellers, we will close for good on 31 May 2026. Thank you.",
        "We are shutting down\n\nDear makers, we will close our marketplace on 31 May 2026.",
    )
    for letter in letters:
        await tower.services.reporting.report(10, 7, letter)
    alerts = await tower.alerts()
    assert len(alerts) == 2
    assert len({alert.told.platform for alert in alerts}) == 2


async def test_the_same_letter_twice_is_one_report(tower: Watchtower) -> None:
    for _ in range(2):
        await tower.services.reporting.report(10, 7, LETTER)
    await tower.services.reporting.report(10, 8, LETTER)
    alert = await tower.alert()
    view = await tower.services.triage.view(10, alert.id)
    assert (len(view.notices), view.reporters) == (2, 2)


async def test_an_edit_that_announces_nothing_any_more_leaves_what_was_told(
    tower: Watchtower,
) -> None:
    await tower.watches(10, NOTHING)
    tower.publish(CLOSURE, NOTHING)
    await tower.visit()
    before = await tower.alert()
    tower.publish(CLOSURE.but(title=HOLIDAY.title, body=HOLIDAY.body), NOTHING)
    await tower.visit()
    assert await tower.alert() == before


async def test_an_edit_keeps_the_day_of_an_announcement_without_a_date(tower: Watchtower) -> None:
    await tower.watches(10, NOTHING)
    undated = CLOSURE.but(at=None)
    tower.publish(undated, NOTHING)
    await tower.visit()
    first = (await tower.alert()).told.announced_on
    tower.publish(undated.but(body=CLOSURE.body.replace("31 May", "30 June")), NOTHING)
    await tower.visit(minutes=3 * 24 * 60)
    alert = await tower.alert()
    assert (alert.revision, alert.told.announced_on) == (2, first)


async def test_what_an_edited_entry_no_longer_says_is_forgotten_where_others_say_it(
    tower: Watchtower,
) -> None:
    """A part that ends and a rule that changes in one text; later only the rule."""
    await tower.watches(10, NOTHING)
    both = Item(
        "Kilnfolk: the wholesale programme ends, and new fees",
        "The Kilnfolk wholesale programme will be discontinued on 31 May 2026. "
        "Orders placed before then are shipped. We thank everybody who took part. "
        "This is not an easy step for us. We know that you have questions. "
        "From 1 May 2026 Kilnfolk will raise its transaction fee from 5% to 8% for all sellers.",
        guid="both",
        link="https://news.kilnfolk.example/both",
    )
    tower.publish(both, NOTHING)
    await tower.visit()
    said = len(await tower.rows("SELECT * FROM notices"))
    tower.publish(both.but(title=FEES.title, body=FEES.body), NOTHING)
    await tower.visit()
    assert len(await tower.rows("SELECT * FROM notices")) <= said
    days = [each.iso for alert in await tower.alerts() for each in alert.told.deadlines]
    assert "2026-05-01" in days


async def test_a_guild_that_was_never_set_up_is_told_nothing(tower: Watchtower) -> None:
    await catalogue(tower)
    await tower.follows(40, "folksy", "Folksy")
    await says(tower, FOLKSY)
    assert await tower.alerts(40) == []


async def test_one_channel_gets_one_message_however_many_follows_match(tower: Watchtower) -> None:
    await catalogue(tower, 10)
    async with tower.storage.unit_of_work() as work:
        (mine,) = await work.guilds.subscriptions(10)
        for channel_id in (1000, 1002):
            await work.guilds.follow(replace(mine, channel_id=channel_id), NOON)
    await says(tower, FOLKSY)
    assert sorted(await tower.to_say("alert")) == [("alert", 1000, 1), ("alert", 1002, 1)]


async def test_what_one_entry_no_longer_says_is_forgotten_while_another_says_it(
    tower: Watchtower,
) -> None:
    """Filed directly: an entry with two notices, one of which a second entry says too."""
    source = await tower.watches(10, NOTHING)
    async with tower.storage.unit_of_work() as work:
        ids = [
            await work.entries.add(Entry(key, None, key, "b", NOON), NOON, source_id=source.id)
            for key in ("first", "second")
        ]
    part = replace(
        told(deadline(What.TOOLS_OFF, "2026-05-31"), scope=Scope.PART, title="A part ends"),
        entry_id=ids[0],
        guild_id=10,
    )
    fees, again = (
        replace(
            told(
                deadline(What.FEES_EFFECTIVE, "2026-05-01"),
                kind=Kind.POLICY,
                topics=("fees",),
                title="Fees",
                url=f"https://kilnfolk.example/{entry_id}",
            ),
            entry_id=entry_id,
            guild_id=10,
        )
        for entry_id in ids
    )
    for filed in ([part, fees], [again], [part]):
        async with tower.storage.unit_of_work() as work:
            await file(work, [Filed(each) for each in filed], NOON)
    ended, dearer = await tower.alerts()
    assert [link.url for link in ended.told.links] == [part.url]
    assert [link.url for link in dearer.told.links] == [again.url]


async def test_an_entry_edited_into_other_news_does_not_turn_what_others_say_into_it(
    tower: Watchtower,
) -> None:
    await tower.watches(10, NOTHING, path="/one.xml")
    await tower.watches(10, NOTHING, path="/two.xml")
    copy = FEES.but(guid="copy", link="https://news.kilnfolk.example/copy")
    for path, item in (("/one.xml", FEES), ("/two.xml", copy)):
        tower.publish(item, NOTHING, path=path)
        await tower.visit(path)
    assert len((await tower.alert()).told.links) == 2
    tower.publish(FEES.but(title=CLOSURE.title, body=CLOSURE.body), NOTHING, path="/one.xml")
    await tower.visit("/one.xml")
    fees, closure = await tower.alerts()
    assert (fees.told.kind, closure.told.kind) == (Kind.POLICY, Kind.CLOSURE)
    assert [link.url for link in fees.told.links] == [copy.link]


async def test_an_entry_edited_into_other_news_changes_its_own_alert(tower: Watchtower) -> None:
    await tower.watches(10, NOTHING)
    tower.publish(FEES, NOTHING)
    await tower.visit()
    tower.publish(FEES.but(title=CLOSURE.title, body=CLOSURE.body), NOTHING)
    await tower.visit()
    alert = await tower.alert()
    assert (alert.told.kind, alert.revision) == (Kind.CLOSURE, 2)
