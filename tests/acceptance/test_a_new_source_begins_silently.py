"""What a new source said before is not news: it is read silently, and only announcements of the
last 30 days are offered to review. An entry stays itself when its guid or date is rewritten."""

from datetime import timedelta

from tests.fakes import NOON
from tests.rss import CLOSURE, FEES, MOVED, NOTHING
from tests.stage import Community, Stage

OLD = CLOSURE.but(at=NOON - timedelta(days=31))
OLD_FEES = FEES.but(at=NOON - timedelta(days=31))
LATELY = CLOSURE.but(at=NOON - timedelta(days=29))


async def test_what_a_source_said_lately_is_offered_and_not_posted(makers: Community) -> None:
    added = await makers.watches("Kilnfolk", LATELY, NOTHING)
    assert "2 entries are known, what appears from now on is news." in added.text
    assert "1 announcement of the last 30 days waits for a moderator: /review." in added.text
    assert makers.told == []
    (card,) = makers.cards
    assert "it was announced before this source was watched" in card.text


async def test_what_it_said_long_ago_is_only_known(makers: Community) -> None:
    added = await makers.watches("Kilnfolk", OLD, NOTHING)
    assert "waits for a moderator" not in added.text
    await makers.stage.visit()
    assert (makers.told, makers.cards) == ([], [])


async def test_a_second_guild_gets_its_own_silent_beginning(
    makers: Community, tocsin: Stage
) -> None:
    await makers.watches("Kilnfolk", LATELY, NOTHING)
    others = await tocsin.community("Others")
    added = await others.watches("Kilnfolk", LATELY, NOTHING)
    assert "1 announcement of the last 30 days" in added.text
    assert len(others.cards) == 1
    assert len(makers.cards) == 1
    assert (makers.told, others.told) == ([], [])
    assert tocsin.site.visits_to("/feed.xml") == 1, "one fetch serves both"


async def test_a_rewritten_guid_and_a_changed_date_are_no_news(makers: Community) -> None:
    await makers.watches("Kilnfolk", OLD, NOTHING)
    await makers.reads(OLD.but(guid="https://news.kilnfolk.example/?p=17"), NOTHING)
    await makers.reads(OLD.but(guid="third", at=NOON), NOTHING)
    await makers.reads(OLD.but(guid=None, at=None), NOTHING)
    assert (makers.told, makers.cards) == ([], [])


async def test_a_rewritten_guid_does_not_tell_an_alert_twice(makers: Community) -> None:
    await makers.watches("Kilnfolk", NOTHING)
    await makers.reads(CLOSURE, NOTHING)
    (alert,) = makers.told
    await makers.reads(CLOSURE.but(guid="new"), NOTHING.but(guid="new too"))
    await makers.reads(CLOSURE.but(guid="new", at=NOON + timedelta(hours=3)), NOTHING)
    assert makers.told == [alert]
    assert makers.thread(alert) == []


async def test_an_edited_entry_updates_its_alert_and_says_what_changed(makers: Community) -> None:
    await makers.watches("Kilnfolk", NOTHING)
    await makers.reads(CLOSURE, NOTHING)
    (alert,) = makers.told
    await makers.reads(MOVED, NOTHING)
    assert makers.told == [alert]
    assert "- **Site switched off:** Wednesday 30 September 2026" in alert.text
    assert "**Updated on" in alert.text
    (note,) = makers.thread(alert)
    assert "**Kilnfolk: the dates or facts have changed.**" in note.text
    assert "moved from Sunday 31 May 2026 to Wednesday 30 September 2026" in note.text


async def test_new_wording_is_a_silent_edit(makers: Community) -> None:
    await makers.watches("Kilnfolk", NOTHING)
    await makers.reads(CLOSURE, NOTHING)
    (alert,) = makers.told
    reworded = CLOSURE.body.replace("Dear sellers, Kilnfolk", "Dear makers, sadly Kilnfolk")
    await makers.reads(CLOSURE.but(body=reworded), NOTHING)
    assert "Dear makers, sadly" in alert.text
    assert makers.thread(alert) == []


async def test_what_a_paused_source_said_meanwhile_is_no_news(makers: Community) -> None:
    await makers.watches("Kilnfolk", NOTHING)
    paused = await makers.decides("source pause", {"source": "#1"})
    assert paused.text.endswith("rests until /source resume.")
    await makers.reads(OLD_FEES, NOTHING)
    await makers.decides("source resume", {"source": "#1"})
    await makers.stage.visit()
    assert (makers.told, makers.cards) == ([], [])
    await makers.reads(CLOSURE, OLD_FEES, NOTHING)
    assert len(makers.told) == 1


async def test_a_source_that_could_not_be_read_begins_when_it_can(makers: Community) -> None:
    makers.stage.site.serve("/feed.xml", "", status=503)
    url = makers.stage.site.url("/feed.xml")
    added = await makers.decides("source add", {"url": url, "platform": "Kilnfolk"})
    assert "it could not be read yet" in added.text
    await makers.reads(OLD_FEES, NOTHING)
    assert (makers.told, makers.cards) == ([], [])
    await makers.reads(CLOSURE, OLD_FEES, NOTHING)
    assert len(makers.told) == 1
