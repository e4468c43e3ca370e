"""The review card says whether Tocsin itself read a report on the platform's own site, which proves
nothing by itself; whoever reports what is known is told since when, or where it was told."""

from dataclasses import replace

from bot.catalogue.catalogue import Catalogue
from tests.rss import CLOSURE, LETTER, NOTHING
from tests.stage import Community, Stage
from tests.standin import Interaction
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
OWN = "**On the platform’s own site:**"


async def test_what_stands_on_the_platforms_own_site_is_said_and_still_not_posted(
    tocsin: Stage,
) -> None:
    makers = await _where_the_website_is_etsys(tocsin)
    tocsin.site.redirect("/short", tocsin.site.url("/closing"))
    await _sends(makers, "/short", "Etsy")
    (card,) = makers.cards
    assert f"{OWN} Tocsin read it on 127\\.0.0.1" in card.text
    assert "**Origin:** community, not confirmed" in card.text
    assert "**What would confirm it:** a notice on the site of Etsy itself" in card.text
    assert tocsin.site.url("/closing") in card.text
    assert makers.told == []
    await tocsin.discord.click(makers.moderator, card, label="Dismiss")
    assert OWN in card.text


async def test_what_stands_elsewhere_is_not_said_to_stand_there(tocsin: Stage) -> None:
    makers = await _where_the_website_is_etsys(tocsin)
    await _sends(makers, "/closing", "Kilnfolk")
    assert OWN not in makers.cards[0].text


async def test_an_address_beside_a_letter_proves_nothing(makers: Community) -> None:
    given = {"url": "https://www.etsy.com/news", "text": LETTER.replace("Kilnfolk", "Etsy")}
    await makers.asks(makers.maker, "report", given)
    assert OWN not in makers.cards[0].text
    assert makers.stage.site.visits == []


async def test_a_huge_page_is_not_read_to_its_end(makers: Community) -> None:
    makers.stage.site.stream("/huge", lambda: (b"<p>" + b"x" * 1_000_000 for _ in range(40)))
    url = makers.stage.site.url("/huge")
    shown = await makers.asks(makers.maker, "report", {"url": url}, within=40)
    assert shown.text.startswith("The link could not be read.")
    assert makers.cards == []


async def test_what_a_page_is_called_is_harmless_on_the_card(makers: Community) -> None:
    html = CLOSING.replace(
        "Kilnfolk is closing", "@everyone [Kilnfolk](https://evil.example) **is closing**"
    )
    makers.stage.site.serve("/closing", html, HTML)
    url = makers.stage.site.url("/closing")
    shown = await makers.asks(makers.maker, "report", {"url": url})
    (card,) = makers.cards
    for text in (shown.text, card.text):
        assert "@everyone" not in text
        assert "[Kilnfolk](https" not in text
    assert not card.pings


async def test_a_report_of_what_waits_says_since_when(makers: Community) -> None:
    first = await _sends(makers, "/closing", "Kilnfolk")
    assert "The moderators have it now" in first.text
    since = int(makers.stage.clock.now().timestamp())
    makers.stage.clock.move(minutes=30)
    again = await _sends(makers, "/closing", "Kilnfolk")
    assert f"have had it for review since <t:{since}:f>" in again.text
    other = await makers.asks(makers.member("other"), "report", {"text": LETTER})
    assert f"have had it for review since <t:{since}:f>" in other.text
    (card,) = makers.cards
    assert "**Reported by:** 2 members, independently" in card.text


async def test_a_report_of_what_is_told_leads_to_where_it_is_told(makers: Community) -> None:
    await makers.watches("Kilnfolk", NOTHING)
    await makers.reads(CLOSURE, NOTHING)
    (alert,) = makers.told
    shown = await makers.asks(makers.maker, "report", {"text": LETTER})
    where = f"https://discord.com/channels/{makers.guild.id}/{makers.alerts.id}/{alert.id}"
    assert f"This is told here already: {where}" in shown.text


async def _sends(makers: Community, path: str, platform: str) -> Interaction:
    makers.stage.site.serve("/closing", CLOSING.replace("Kilnfolk", platform), HTML)
    url = makers.stage.site.url(path)
    return await makers.asks(makers.maker, "report", {"url": url})


async def _where_the_website_is_etsys(tocsin: Stage) -> Community:
    texts, known = tocsin.data
    platforms = tuple(
        replace(each, domains=("127.0.0.1",)) if each.slug == "etsy" else each
        for each in known.platforms
    )
    catalogue = Catalogue(platforms, known.templates, known.lexicons, known.weights)
    tocsin.data = (texts, catalogue)
    await tocsin.restart()
    return await tocsin.community()
