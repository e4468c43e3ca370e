"""A retraction or a correction reaches every place where the alert stands, visibly, with a word in
its thread; the role is mentioned there only if the alert mentioned it."""

import pytest

from tests.rss import CLOSURE, FEES, NOTHING, PRESS
from tests.stage import Community
from tests.standin import Message

_REFUSED: list[tuple[dict[str, str], str]] = [
    ({}, "Say what is wrong: give a date, a kind or a platform."),
    ({"date": "tomorrow"}, "“tomorrow” is no date. Write it as 2027-08-31"),
    ({"date": "31/02/2026"}, "“31/02/2026” is no date."),
    ({"kind": "closure"}, "That is what it says already; nothing was changed."),
    ({"date": "2026-07-31", "date_of": "party"}, "It has no date “party”."),
    ({"platform": "  "}, "Name the platform"),
]


@pytest.fixture
async def told(makers: Community) -> Community:
    """A closure stands in two channels: with a mention in the first, without in the second."""
    role = await makers.role("closures", mentionable=True)
    await makers.watches("Kilnfolk", NOTHING)
    second = makers.stage.discord.channel(makers.guild, "second")
    await makers.stage.knows(makers.guild)
    await makers.decides("follow", {"platform": "Kilnfolk", "role": role})
    await makers.decides("follow", {"platform": "Kilnfolk", "channel": second})
    await makers.reads(CLOSURE, NOTHING)
    assert len(makers.told) == 1
    return makers


async def test_a_retraction_is_seen_in_every_place_with_its_reason(told: Community) -> None:
    answer = await told.decides("incident retract", {"incident": "Kilnfolk", "reason": "a hoax"})
    assert answer.text == "The alert about **Kilnfolk** is taken back in every copy, visibly."
    for alert in _everywhere(told):
        assert alert.text.startswith("## Retracted\n~~Kilnfolk is closing~~")
        assert "Do not rely on it." in alert.text
        assert "**Their reason:** a hoax" in alert.text
        assert "~~Site switched off · Sunday 31 May 2026~~" in alert.text
        assert "My checklist" not in alert.labels
        (note,) = told.thread(alert)
        assert "**Kilnfolk: the alert above is taken back." in note.text
        assert "> a hoax" in note.text


async def test_a_word_in_the_thread_mentions_only_whom_the_alert_mentioned(
    told: Community,
) -> None:
    first, second = _everywhere(told)
    await told.decides("incident retract", {"incident": "Kilnfolk"})
    assert first.pings.roles
    assert told.thread(first)[0].pings.roles == first.pings.roles
    assert not second.pings
    assert not told.thread(second)[0].pings


async def test_a_corrected_date_is_right_in_every_place(told: Community) -> None:
    answer = await told.decides(
        "incident correct",
        {
            "incident": "Kilnfolk",
            "date": "2026-07-31",
            "date_of": "site_off:2026-05-31",
            "reason": "the mail says July",
        },
    )
    assert "- Site switched off: moved from Sunday 31 May 2026 to Friday 31 July 2026" in (
        answer.text
    )
    for alert in _everywhere(told):
        assert "**Corrected by the moderators on" in alert.text
        assert "- **Site switched off:** Friday 31 July 2026" in alert.text
        (note,) = told.thread(alert)
        assert "**Kilnfolk: we correct what was posted here.**" in note.text
        assert "moved from Sunday 31 May 2026 to Friday 31 July 2026" in note.text
        assert "> the mail says July" in note.text


async def test_of_several_dates_it_must_be_said_which_is_wrong(told: Community) -> None:
    refused = await told.decides("incident correct", {"incident": "Kilnfolk", "date": "2026-07-31"})
    assert refused.text.startswith("It has several dates. Say with date_of which one you mean")
    offered = await told.stage.discord.autocomplete(
        told.guild,
        told.alerts,
        told.moderator,
        "incident correct",
        "date_of",
        "",
        {"incident": "Kilnfolk"},
    )
    assert offered[0]["value"] == "listing_freeze:2026-03-02"
    assert offered[0]["name"].startswith("New listings closed: Monday 2 March 2026")


async def test_a_date_that_binds_nobody_goes_and_a_new_one_comes(told: Community) -> None:
    await told.decides(
        "incident correct", {"incident": "Kilnfolk", "date": "none", "date_of": "last_sale"}
    )
    await told.decides(
        "incident correct", {"incident": "Kilnfolk", "date": "15.6.2026", "date_of": "payout"}
    )
    for alert in _everywhere(told):
        assert "Last day of sales:" not in alert.text.split("### Dates")[1].split("###")[0]
        assert "- **Last payout:** Monday 15 June 2026" in alert.text
        assert len(told.thread(alert)) == 2


async def test_kind_and_platform_are_corrected_too(told: Community) -> None:
    await told.decides("incident correct", {"incident": "Kilnfolk", "kind": "migration"})
    await told.decides("incident correct", {"incident": "Kilnfolk", "platform": "Kilnfolk France"})
    for alert in _everywhere(told):
        assert "## Kilnfolk France is moving or changing hands" in alert.text
        assert "Platform: Kilnfolk France (before: Kilnfolk)" in told.thread(alert)[1].text


async def test_a_correction_outlives_what_the_source_says_again(told: Community) -> None:
    await told.decides(
        "incident correct",
        {"incident": "Kilnfolk", "date": "2026-07-31", "date_of": "site_off"},
    )
    await told.reads(CLOSURE.but(title="Kilnfolk is closing!"), NOTHING)
    for alert in _everywhere(told):
        assert "- **Site switched off:** Friday 31 July 2026" in alert.text


async def test_a_correction_waits_neither_for_the_morning_nor_for_the_digest(
    makers: Community,
) -> None:
    await makers.watches("Kilnfolk", NOTHING)
    await makers.reads(FEES, NOTHING)
    (alert,) = makers.told
    await makers.decides("settings set", {"quiet_hours": "00:00-23:59", "digest": "weekly"})
    await makers.decides("incident correct", {"incident": "Kilnfolk", "date": "2026-08-01"})
    assert "Saturday 1 August 2026" in alert.text
    assert len(makers.thread(alert)) == 1


async def test_a_correction_that_says_nothing_is_refused_in_words(told: Community) -> None:
    for options, sentence in _REFUSED:
        refused = await told.decides("incident correct", {"incident": "Kilnfolk", **options})
        assert refused.text.startswith(sentence)


async def test_what_was_never_told_cannot_be_taken_back(makers: Community) -> None:
    await makers.watches("Kilnfolk", NOTHING, origin="press")
    await makers.reads(PRESS, NOTHING)
    refused = await makers.decides("incident retract", {"incident": "Kilnfolk"})
    assert refused.text.startswith("This was never told here")
    unknown = await makers.decides("incident retract", {"incident": "999"})
    assert unknown.text.startswith("There is no such alert here.")


async def test_what_was_taken_back_cannot_be_taken_back_or_corrected_again(
    told: Community,
) -> None:
    await told.decides("incident retract", {"incident": "Kilnfolk"})
    again = await told.decides("incident retract", {"incident": "1"})
    assert again.text == "This alert was retracted already."
    late = await told.decides("incident correct", {"incident": "1", "kind": "policy"})
    assert late.text.startswith(("This alert was retracted", "There is no such alert"))


async def test_a_date_named_where_none_was_known_ends_what_the_kind_ends(
    makers: Community,
) -> None:
    await makers.watches("Kilnfolk", NOTHING, origin="press")
    undated = PRESS.but(
        title="Kilnfolk will raise its fees",
        body="Kilnfolk is going to increase its transaction fee for all sellers.",
    )
    await makers.reads(undated, NOTHING)
    await makers.decides("incident correct", {"incident": "Kilnfolk", "date": "2026-05-01"})
    assert "- **New rules apply:** Friday 1 May 2026" in makers.cards[0].text


def _everywhere(told: Community) -> tuple[Message, Message]:
    discord = told.stage.discord
    second = next(each for each in told.guild.channels.values() if each.name == "second")
    (first_alert,), (second_alert,) = told.told, discord.messages(second)
    return first_alert, second_alert


async def test_what_is_taken_back_before_it_was_told_is_never_told(makers: Community) -> None:
    await makers.watches("Kilnfolk", NOTHING)
    await makers.decides("settings set", {"quiet_hours": "11:00-14:00"})
    await makers.reads(FEES, NOTHING)
    assert makers.told == []
    await makers.decides("incident retract", {"incident": "Kilnfolk"})
    makers.stage.clock.move(hours=5)
    await makers.stage.tell()
    assert makers.told == []


async def test_a_correction_before_it_was_told_is_told_at_once_right(makers: Community) -> None:
    await makers.watches("Kilnfolk", NOTHING)
    await makers.decides("settings set", {"quiet_hours": "11:00-14:00"})
    await makers.reads(FEES, NOTHING)
    await makers.decides("incident correct", {"incident": "Kilnfolk", "date": "2026-08-01"})
    makers.stage.clock.move(hours=5)
    await makers.stage.tell()
    (alert,) = makers.told
    assert "Saturday 1 August 2026" in alert.text
