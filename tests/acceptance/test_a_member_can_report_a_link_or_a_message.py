"""`/report` reads what stands behind a link, and **Report to Tocsin** takes a message: judged at
once, shown to the sender alone, laid before the moderators with how many have reported the same."""

from datetime import timedelta

import pytest

from tests.rss import CLOSURE, LETTER, NOTHING, rss
from tests.stage import Community
from tests.standin import Interaction, Member
from tests.webpages import HTML, page

CLOSING = page(
    [
        "Dear sellers, Kilnfolk will close for good on 31 May 2026.",
        "New listings are closed from today. Sales end on 30 April 2026.",
        "You can export your data until 15 June 2026. Thank you for all the years with us here.",
        "Payouts are made as usual until the end of June, to the account that you have named.",
    ],
    "Kilnfolk is closing",
)
MENU = "Report to Tocsin"


async def link(makers: Community, path: str, html: str = CLOSING) -> Interaction:
    makers.stage.site.serve(path, html, HTML)
    return await reports(makers, {"url": makers.stage.site.url(path)})


async def reports(
    makers: Community, options: dict[str, object], who: Member | None = None
) -> Interaction:
    shown = await makers.asks(who or makers.maker, "report", options)
    await makers.stage.tell()
    return shown


async def message(makers: Community, text: str) -> Interaction:
    discord = makers.stage.discord
    talk = discord.channel(makers.guild, "talk")
    said = discord.say(makers.moderator, talk, text)
    shown = await discord.context_menu(makers.guild, talk, makers.maker, MENU, said)
    await makers.stage.tell()
    return shown


async def test_what_stands_behind_a_link_is_judged_and_waits_for_a_moderator(
    makers: Community,
) -> None:
    shown = await link(makers, "/closing")
    assert shown.ephemeral
    assert "**What:** closure; **platform:** Kilnfolk" in shown.text
    assert "Sunday 31 May 2026" in shown.text
    assert makers.told == []
    (card,) = makers.cards
    assert "**Why here:** a member reported it." in card.text
    assert makers.stage.site.url("/closing") in card.text.replace("\\", "")
    assert str(makers.maker.id) not in card.text


async def test_the_newest_entry_of_a_feed_is_what_its_link_means(makers: Community) -> None:
    makers.stage.site.serve("/feed.xml", rss([CLOSURE, NOTHING]))
    shown = await reports(makers, {"url": makers.stage.site.url("/feed.xml")})
    assert "**What:** closure" in shown.text


@pytest.mark.parametrize(
    ("status", "html", "said"),
    [
        (404, "", "The link could not be read."),
        (403, "", "does not let Tocsin in"),
        (200, "<title>Just a moment...</title>", "prove that they are human"),
        (200, "<html><body>Loading</body></html>", "hardly any text"),
    ],
)
async def test_a_link_that_cannot_be_read_says_why_and_what_to_do(
    makers: Community, status: int, html: str, said: str
) -> None:
    makers.stage.site.serve("/closing", html, HTML, status=status)
    shown = await reports(makers, {"url": makers.stage.site.url("/closing")})
    assert said in shown.text
    assert "Paste the text instead, with its date." in shown.text
    assert makers.cards == []


async def test_a_link_into_a_private_network_is_never_visited(makers: Community) -> None:
    makers.stage.site.redirect("/out", "http://10.0.0.1/admin")
    shown = await reports(makers, {"url": makers.stage.site.url("/out")})
    assert "The link could not be read. It leads to an address that is not open" in shown.text
    assert "10.0.0.1" not in shown.text
    assert "ALLOW_HOSTS" not in shown.text
    shown = await reports(makers, {"url": "http://127.0.0.1/"})
    assert "is no public web address" in shown.text
    shown = await reports(makers, {"url": "http://169.254.169.254/latest"})
    assert "is no public web address" in shown.text


async def test_a_message_is_reported_by_its_menu(makers: Community) -> None:
    shown = await message(makers, LETTER)
    assert shown.ephemeral
    assert "**What:** closure; **platform:** Kilnfolk" in shown.text
    assert len(makers.cards) == 1
    assert makers.told == []


async def test_a_message_that_is_only_a_link_is_read_behind_it(makers: Community) -> None:
    makers.stage.site.serve("/closing", CLOSING, HTML)
    shown = await message(makers, f"look! {makers.stage.site.url('/closing')}")
    assert "**What:** closure; **platform:** Kilnfolk" in shown.text


async def test_a_message_with_nothing_in_it_says_so(makers: Community) -> None:
    shown = await message(makers, "ok @everyone")
    assert "That is too short to be judged." in shown.text
    assert makers.cards == []


async def test_foreign_text_of_a_message_is_harmless(makers: Community) -> None:
    whom = f"<@{makers.moderator.id}> <@&{makers.guild.id}>"
    shown = await message(makers, f"@everyone {whom} **{LETTER}** [free](https://evil.example)")
    assert "@everyone" not in shown.text
    (card,) = makers.cards
    assert "@everyone" not in card.text
    assert "[free](" not in card.text
    assert str(makers.moderator.id) not in card.text
    assert not card.pings


async def test_independent_reports_are_counted_and_known_ones_told(makers: Community) -> None:
    await link(makers, "/closing")
    second = makers.member("second")
    shown = await reports(makers, {"text": LETTER}, second)
    assert "2 members have reported this, you among them." in shown.text
    assert "**Reported by:** 2 members" in makers.cards[0].text
    again = await reports(makers, {"text": LETTER}, second)
    assert "2 members have reported this" in again.text
    assert len(makers.cards) == 1


async def test_who_reports_very_much_is_asked_to_wait(makers: Community) -> None:
    for number in range(5):
        await reports(makers, {"text": f"{LETTER}\n\nLetter number {number}."})
    again = makers.stage.clock.now() + timedelta(minutes=10)
    shown = await reports(makers, {"text": LETTER})
    assert f"please send the next <t:{int(again.timestamp())}:R>" in shown.text
    other = await reports(makers, {"text": LETTER}, makers.member("other"))
    assert "Thank you." in other.text
    makers.stage.clock.move(minutes=11)
    shown = await reports(makers, {"text": LETTER})
    assert "Thank you. This is what was understood" in shown.text
