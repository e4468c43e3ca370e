"""A source that sends visitors elsewhere for good is proposed to moderators after days, once; they
accept the new address or keep the old one. A source that vanishes is laid before them, and taken
back when it returns. Who asks how a source has been is told its history."""

from tests.rss import CLOSURE, NOTHING, rss
from tests.stage import Community


async def _days(makers: Community, visits: int) -> None:
    for _ in range(visits):
        makers.stage.clock.move(hours=12)
        await makers.stage.visit()


async def _moved(makers: Community) -> None:
    site = makers.stage.site
    await makers.watches("Kilnfolk", NOTHING, name="Kilnfolk news")
    site.serve("/new.xml", rss([NOTHING]))
    site.redirect("/feed.xml", site.url("/new.xml"), 301)
    await _days(makers, 6)


async def test_moderators_accept_the_new_address_with_one_press(makers: Community) -> None:
    await _moved(makers)
    (card,) = makers.cards
    assert card.text.startswith("**Kilnfolk news** seems to have moved (Kilnfolk).")
    assert f"To: {makers.stage.site.url('/new.xml')}" in card.text.replace("\\", "")
    discord = makers.stage.discord
    assert "/feed.xml" in (await makers.decides("source list")).text
    answer = await discord.click(makers.moderator, card, label="Accept")
    assert "is visited from now on" in answer.text
    assert "/new.xml" in (await makers.decides("source list")).text
    makers.stage.publish(CLOSURE, NOTHING, path="/new.xml")
    await makers.stage.visit()
    assert len(makers.told) == 1
    again = await discord.click(makers.moderator, card, label="Accept")
    assert "That is settled already" in again.text


async def test_moderators_keep_the_old_address_and_are_not_asked_again(makers: Community) -> None:
    await _moved(makers)
    (card,) = makers.cards
    answer = await makers.stage.discord.click(makers.moderator, card, label="Keep")
    assert "Tocsin stays with" in answer.text
    await _days(makers, 6)
    assert len(makers.cards) == 1


async def test_a_source_that_vanishes_is_asked_about_and_taken_back(makers: Community) -> None:
    await makers.watches("Kilnfolk", NOTHING)
    makers.stage.site.serve("/feed.xml", "", status=404)
    await _days(makers, 9)
    trouble, review = makers.cards
    assert "has stopped speaking to us" in trouble.text
    assert "the platform’s own source is gone" in review.text
    assert "nobody has said it" in review.text
    assert makers.told == []
    makers.stage.publish(NOTHING)
    await _days(makers, 1)
    assert "**Taken back** by Tocsin: the source is back." in makers.cards[1].text
    assert makers.told == []
    shown = await makers.stage.discord.click(makers.moderator, trouble, label="How is it now?")
    assert "Its health so far:" in shown.text
    assert ": is gone" in shown.text
