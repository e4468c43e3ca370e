"""A page of fees or terms is read as a page: its first record is silent, a change that was read
twice is told with the numbers that moved, and walls are blindness, never news."""

from tests.stage import Community
from tests.webpages import FEES, HTML, page

DEARER = (FEES[0].replace("6.5", "7.2"), *FEES[1:])


async def _watched(makers: Community) -> str:
    makers.stage.site.serve("/fees", page(), HTML)
    url = makers.stage.site.url("/fees")
    shown = await makers.decides(
        "source add", {"url": url, "platform": "Kilnfolk", "name": "Kilnfolk fees"}
    )
    return shown.text


async def _read(makers: Community, html: str, times: int = 2) -> None:
    makers.stage.site.serve("/fees", html, HTML)
    for _ in range(times):
        makers.stage.clock.move(hours=13)
        await makers.stage.visit()


async def test_what_an_address_is_and_what_is_seen_there_is_said(makers: Community) -> None:
    text = await _watched(makers)
    assert "This address is a web page." in text
    assert "a page, read about twice a day" in text
    assert "This is what Tocsin sees: “Fees and payments When you sell an item on Kilnfolk" in text
    assert makers.told == []
    assert makers.cards == []


async def test_a_fee_that_moved_is_alerted_with_the_comparison(makers: Community) -> None:
    await _watched(makers)
    await _read(makers, page(DEARER))
    (alert,) = makers.told
    assert "What changed on the page" in alert.text
    assert "- 6.5 % → **7.2 %** – “When you sell an item" in alert.text.replace("\\", "")
    assert "it stands on a page of Kilnfolk, where Tocsin read it on" in alert.text
    assert "compared with our copy of Monday 2 March 2026" in alert.text
    assert "Gone:" not in alert.text


async def test_rules_that_were_rewritten_go_to_moderators_first(makers: Community) -> None:
    await _watched(makers)
    rule = "Sellers may no longer list items that were made with licensed characters."
    await _read(makers, page([*FEES, rule], "Fees and terms"))
    assert makers.told == []
    (card,) = makers.cards
    assert f"New: “{rule}”" in card.text
    await makers.stage.discord.click(makers.moderator, card, label="Publish")
    await makers.stage.tell()
    (alert,) = makers.told
    assert f"New: “{rule}”" in alert.text


async def test_a_change_that_is_taken_back_before_it_counts_is_never_told(
    makers: Community,
) -> None:
    await _watched(makers)
    await _read(makers, page(DEARER), times=1)
    await _read(makers, page(), times=2)
    assert makers.told == []
    assert makers.cards == []


async def test_a_wall_is_told_as_blindness_once(makers: Community) -> None:
    await _watched(makers)
    wall = "<html><head><title>Just a moment...</title></head><body>Wait</body></html>"
    await _read(makers, wall, times=5)
    assert makers.told == []
    (card,) = makers.cards
    assert "has stopped speaking to us" in card.text
    assert "Tocsin does not get round such walls" in card.text
    await _read(makers, page(), times=2)
    assert "has stopped speaking" in makers.cards[0].text
    assert len(makers.cards) == 2
    assert makers.told == []


async def test_a_dry_run_of_a_page_keeps_nothing(makers: Community) -> None:
    makers.stage.site.serve("/fees", page(), HTML)
    shown = await makers.decides("source test", {"source": makers.stage.site.url("/fees")})
    assert "a page, which would be compared with what it said before" in shown.text
    assert "This is what Tocsin sees" in shown.text
    assert "No source of your own yet." in (await makers.decides("source list")).text
