"""What is not official, or not clear, waits for a moderator: a card with the words behind each
date, and two buttons that are resolved in place. Nothing is posted before, and nothing twice."""

import asyncio

from tests.rss import CLOSURE, MOVED, NOTHING, PRESS
from tests.stage import Community, Stage


async def _doubtful(makers: Community) -> None:
    await makers.watches("Kilnfolk", NOTHING, origin="press")
    await makers.reads(PRESS, NOTHING)


async def test_a_press_report_waits_with_the_words_behind_each_date(makers: Community) -> None:
    await _doubtful(makers)
    assert makers.told == []
    (card,) = makers.cards
    lines = card.text.split("\n")
    assert lines[0] == "## To review: Unconfirmed: Kilnfolk may be closing"
    assert "**Origin:** press, not confirmed by the platform" in lines
    date = next(line for line in lines if "31 May 2026 (<t:" in line)
    quote = lines[lines.index(date) + 1]
    assert date.startswith("- **Site switched off:** Sunday 31 May 2026")
    assert quote.startswith("  - “")
    assert "31 May 2026" in quote
    assert "**What would confirm it:**" in card.text
    assert card.labels == ["Publish", "Dismiss", "Why?", "Original announcement"]


async def test_publish_posts_it_and_resolves_the_card_in_place(makers: Community) -> None:
    await _doubtful(makers)
    (card,) = makers.cards
    pressed = await makers.stage.discord.click(makers.moderator, card, label="Publish")
    await makers.stage.tell()
    (alert,) = makers.told
    assert alert.text.startswith("## Unconfirmed: Kilnfolk may be closing\n**Unconfirmed:**")
    assert "would be confirmed by" in alert.text
    assert pressed.answer == 7, "the card itself is changed"
    assert card.text.startswith("## Published: Unconfirmed: Kilnfolk may be closing")
    assert f"**Published** by <@{makers.moderator.id}>." in card.text
    assert "Publish" not in card.labels
    assert "Dismiss" not in card.labels
    assert makers.cards == [card]


async def test_dismiss_posts_nothing_and_later_news_of_the_press_stays_dismissed(
    makers: Community,
) -> None:
    await _doubtful(makers)
    (card,) = makers.cards
    await makers.stage.discord.click(makers.moderator, card, label="Dismiss")
    await makers.stage.tell()
    assert f"**Dismissed** by <@{makers.moderator.id}>. Nothing was posted." in card.text
    again = PRESS.but(guid="two", link="https://paper.example/two")
    await makers.reads(again, PRESS, NOTHING)
    assert makers.told == []
    assert makers.cards == [card]


async def test_the_platforms_own_word_reopens_what_was_dismissed(makers: Community) -> None:
    await _doubtful(makers)
    await makers.stage.discord.click(makers.moderator, makers.cards[0], label="Dismiss")
    await makers.watches("Kilnfolk", NOTHING, path="/own.xml")
    await makers.reads(CLOSURE, NOTHING, path="/own.xml")
    (alert,) = makers.told
    assert alert.text.startswith("## Kilnfolk is closing\n**Official:**")


async def test_a_member_without_rights_can_press_nothing(makers: Community) -> None:
    await _doubtful(makers)
    (card,) = makers.cards
    role = next(iter(makers.moderator.roles))
    makers.stage.discord.overwrite(card.channel, makers.maker, allow="view_channel")
    before = card.text
    for label in ("Publish", "Dismiss"):
        refused = await makers.stage.discord.click(makers.maker, card, label=label)
        assert refused.ephemeral
        assert refused.text.startswith("This is for moderators")
    await makers.stage.tell()
    assert (makers.told, card.text) == ([], before)
    assert role not in makers.maker.roles


async def test_two_presses_at_once_publish_once(makers: Community) -> None:
    await _doubtful(makers)
    (card,) = makers.cards
    second = makers.member("second", permissions="manage_guild")
    makers.stage.discord.overwrite(card.channel, second, allow="view_channel")
    press = makers.stage.discord.click
    both = await asyncio.gather(
        press(makers.moderator, card, label="Publish"), press(second, card, label="Publish")
    )
    await makers.stage.tell()
    assert len(makers.told) == 1
    late = [each for each in both if each.ephemeral]
    assert [each.text for each in late] == ["This is decided already. /incident why shows by whom."]


async def test_a_stale_card_decides_nothing(makers: Community) -> None:
    await _doubtful(makers)
    shown = await makers.decides("review")
    stale = shown.followups[-1]
    await makers.reads(PRESS.but(body=PRESS.body.replace("31 May", "30 June")), NOTHING)
    refused = await makers.stage.discord.click(makers.moderator, stale, label="Publish")
    assert refused.ephemeral
    assert refused.text.startswith("This changed while you were looking at it.")
    await makers.stage.tell()
    assert makers.told == []
    (card,) = makers.cards
    assert "30 June 2026" in card.text
    assert "**Changed since it came here" in card.text
    await makers.stage.discord.click(makers.moderator, card, label="Publish")
    await makers.stage.tell()
    assert "30 June 2026" in makers.told[0].text


async def test_in_mode_review_even_official_news_wait(tocsin: Stage) -> None:
    makers = await tocsin.community(mode="review")
    await makers.watches("Kilnfolk", NOTHING)
    await makers.reads(CLOSURE, NOTHING)
    assert makers.told == []
    (card,) = makers.cards
    assert "this community wants to see everything before it is posted" in card.text
    await tocsin.discord.click(makers.moderator, card, label="Publish")
    await makers.reads(MOVED, NOTHING)
    assert "30 September 2026" in makers.told[0].text


async def test_without_a_review_channel_a_neutral_line_waits(tocsin: Stage) -> None:
    makers = await tocsin.community(review_channel=False)
    await _doubtful(makers)
    (line,) = makers.told
    assert "Kilnfolk" not in line.text, "an unconfirmed word must not stand where all can read"
    assert line.labels == ["Look"]
    refused = await tocsin.discord.click(makers.maker, line, label="Look")
    assert refused.ephemeral
    assert "Kilnfolk" not in refused.text
    seen = await tocsin.discord.click(makers.moderator, line, label="Look")
    assert seen.ephemeral
    assert "Kilnfolk may be closing" in seen.text
    await tocsin.discord.click(makers.moderator, seen.message, label="Publish")
    await tocsin.tell()
    line, alert = makers.told
    assert line.text.startswith("For moderators: decided.")
    assert alert.text.startswith("## Unconfirmed: Kilnfolk may be closing")


async def test_review_shows_what_waits_oldest_first(makers: Community) -> None:
    empty = await makers.decides("review")
    assert empty.text == "Nothing waits for a decision."
    await _doubtful(makers)
    makers.stage.clock.move(hours=1)
    await makers.watches("Yarnyard", NOTHING, path="/yarn.xml", origin="press")
    yarn = PRESS.but(
        title="Yarnyard to shut down",
        body="The marketplace Yarnyard will shut down on 31 July 2026.",
        link="https://paper.example/yarn",
    )
    await makers.reads(yarn, NOTHING, path="/yarn.xml")
    shown = await makers.decides("review")
    assert shown.text.startswith("2 alerts wait for your decision, the oldest first.")
    await shown.until(lambda so_far: len(so_far.followups) == 2)
    titles = [card.text.split("\n")[0] for card in shown.followups]
    assert titles == [
        "## To review: Unconfirmed: Kilnfolk may be closing",
        "## To review: Unconfirmed: Yarnyard may be closing",
    ]
    await makers.stage.discord.click(makers.moderator, shown.followups[0], label="Publish")
    await makers.stage.tell()
    assert len(makers.told) == 1
    assert makers.cards[0].text.startswith("## Published:")


async def test_a_review_channel_named_later_gets_what_waits(tocsin: Stage) -> None:
    makers = await tocsin.community(review_channel=False)
    await _doubtful(makers)
    await makers.decides("settings set", {"review_channel": makers.review})
    (card,) = makers.cards
    assert card.labels[:2] == ["Publish", "Dismiss"]


async def test_why_tells_evidence_and_authors(makers: Community) -> None:
    await _doubtful(makers)
    (card,) = makers.cards
    await makers.stage.discord.click(makers.moderator, card, label="Publish")
    why = await makers.decides("incident why", {"incident": "Kilnfolk"})
    assert "> " in why.text
    assert "sent to review: not official, or not clear" in why.text
    assert f"published by a moderator, <@{makers.moderator.id}>" in why.text


async def test_the_platforms_own_word_confirms_what_was_told_as_unconfirmed(
    makers: Community,
) -> None:
    await _doubtful(makers)
    await makers.stage.discord.click(makers.moderator, makers.cards[0], label="Publish")
    await makers.stage.tell()
    (alert,) = makers.told
    await makers.watches("Kilnfolk", NOTHING, path="/own.xml")
    await makers.reads(CLOSURE, NOTHING, path="/own.xml")
    assert makers.told == [alert], "one event, one alert"
    assert alert.text.startswith("## Kilnfolk is closing\n**Official:**")
    (note,) = makers.thread(alert)
    assert note.text.startswith("**Kilnfolk has confirmed it.**")


async def test_what_waits_is_posted_by_itself_once_the_platform_says_so(
    makers: Community,
) -> None:
    await _doubtful(makers)
    await makers.watches("Kilnfolk", NOTHING, path="/own.xml")
    await makers.reads(CLOSURE, NOTHING, path="/own.xml")
    (alert,) = makers.told
    assert alert.text.startswith("## Kilnfolk is closing\n**Official:**")
    (card,) = makers.cards
    assert card.text.startswith("## Published: Kilnfolk is closing")
    assert "Publish" not in card.labels
