"""A source that cannot be read is told to moderators once, in words that say why and what to do;
once more when it is back. Others go on, and nothing is lost meanwhile."""

from collections.abc import Callable

from tests.rss import CLOSURE, NOTHING, Item, rss
from tests.stage import Community, Stage
from tests.website import Website

Illness = Callable[[Website, str], None]


def _serves(body: str, content_type: str = "text/html", **more: object) -> Illness:
    return lambda site, path: site.serve(path, body, content_type, **more)  # type: ignore[arg-type]


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    "<rss><channel><title>&b;</title></channel></rss>"
)
ILLNESSES: dict[str, tuple[Illness, str]] = {
    "403": (_serves("no", status=403), "does not let tocsin in"),
    "404": (_serves("no", status=404), "finds nothing at this address"),
    "410": (_serves("no", status=410), "gone"),
    "429": (_serves("no", status=429), "wait"),
    "500": (_serves("no", status=500), "trouble"),
    "a page instead of a feed": (_serves("<html><p>Welcome</p></html>"), "feed"),
    "broken xml": (_serves("<rss><channel><item>", "text/xml"), ""),
    "an entity bomb": (_serves(BOMB, "text/xml"), ""),
    "empty": (_serves("", "text/xml"), "empty"),
    "a redirect loop": (lambda site, path: site.redirect(path, path), ""),
    "a private address": (lambda site, path: site.redirect(path, "http://10.0.0.1/"), ""),
    "half a body": (lambda site, path: site.cut(path, rss([NOTHING]).encode(), 90), ""),
}


async def test_each_illness_is_told_once_and_its_end_once(makers: Community) -> None:
    site = makers.stage.site
    makers.stage.discord.limit(enabled=False)
    for number, illness in enumerate(ILLNESSES):
        await makers.watches(f"Market {number}", NOTHING, path=f"/{number}.xml", name=illness)
    await makers.watches("Kilnfolk", NOTHING)
    for number, (make_ill, _) in enumerate(ILLNESSES.values()):
        make_ill(site, f"/{number}.xml")
    for _ in range(4):
        await makers.stage.visit()
        makers.stage.clock.move(hours=2)
    assert len(makers.cards) == len(ILLNESSES), "each is told, and once"
    for notice in makers.cards:
        illness = notice.text.split("**")[1]
        assert f"**{illness}** has stopped speaking to us (Market " in notice.text
        assert ILLNESSES[illness][1] in notice.text.lower()
        assert "What you can do:" in notice.text
    assert makers.told == []
    listed = await makers.decides("source list")
    assert listed.text.count("✖") == len(ILLNESSES)
    assert listed.text.endswith("✔ read <t:1772474400:R>"), "the sick come first, others go on"
    for number in range(len(ILLNESSES)):
        makers.stage.publish(_closure(number), NOTHING, path=f"/{number}.xml")
    await makers.stage.visit()
    await makers.stage.visit()
    back = makers.cards[len(ILLNESSES) :]
    assert len(back) == len(ILLNESSES)
    assert all("** can be read again (Market " in notice.text for notice in back)
    assert len(makers.told) == len(ILLNESSES), "nothing is lost"


async def test_one_hiccup_is_no_news(makers: Community) -> None:
    await makers.watches("Kilnfolk", NOTHING)
    makers.stage.site.serve("/feed.xml", "", status=503)
    await makers.stage.visit()
    await makers.reads(NOTHING)
    assert makers.cards == []


async def test_other_sources_go_on(makers: Community) -> None:
    await makers.watches("Yarnyard", NOTHING, path="/yarn.xml")
    await makers.watches("Kilnfolk", NOTHING)
    makers.stage.site.serve("/yarn.xml", "", status=500)
    await makers.reads(CLOSURE, NOTHING)
    assert makers.told[0].text.startswith("## Kilnfolk is closing")


async def test_a_french_moderator_reads_it_in_french(atelier: Community) -> None:
    await atelier.watches("Kilnfolk", NOTHING)
    atelier.stage.site.serve("/feed.xml", "no", status=410)
    await atelier.stage.visit()
    (notice,) = atelier.cards
    assert "ne nous parle plus" in notice.text
    shown = await atelier.stage.discord.click(
        atelier.moderator, notice, label="Et maintenant\u00a0?"
    )
    assert shown.ephemeral
    assert "✖ a disparu, depuis le <t:" in shown.text


async def test_a_source_is_polled_by_hand_and_says_what_came_of_it(makers: Community) -> None:
    await makers.watches("Kilnfolk", NOTHING)
    nothing = await makers.decides("source poll", {"source": "#1"})
    assert nothing.text == "**127\\.0.0.1** was read: nothing new."
    makers.stage.publish(CLOSURE, NOTHING)
    found = await makers.decides("source poll", {"source": "127.0.0.1"})
    assert found.text == "**127\\.0.0.1** was read: 1 new or changed entry."
    assert len(makers.told) == 1
    makers.stage.site.serve("/feed.xml", "no", status=403)
    ill = await makers.decides("source poll", {"source": "#1"})
    assert ill.text.startswith("**127\\.0.0.1** could not be read: ")


async def test_a_channel_that_refuses_is_told_and_tried_again_at_a_press(
    makers: Community,
) -> None:
    await makers.watches("Kilnfolk", NOTHING)
    discord = makers.stage.discord
    closed = discord.fail_channel(makers.alerts)
    await makers.reads(CLOSURE, NOTHING)
    assert makers.told == []
    (notice,) = makers.cards
    assert f"<#{makers.alerts.id}> cannot be written to" in notice.text
    discord.mend(closed)
    pressed = await discord.click(makers.moderator, notice, label="Try again")
    assert pressed.text == "It is tried again now."
    await makers.stage.tell()
    assert len(makers.told) == 1
    again = await discord.click(makers.moderator, notice, label="Try again")
    assert again.text == "Nothing waits for that channel any more."


def _closure(number: int) -> Item:
    body = CLOSURE.body.replace("Kilnfolk", f"Market {number}")
    return CLOSURE.but(title=f"Market {number} is closing", body=body)


async def test_whoever_set_it_up_may_press_in_a_private_message(tocsin: Stage) -> None:
    makers = await tocsin.community(review_channel=False)
    await makers.watches("Kilnfolk", NOTHING)
    closed = tocsin.discord.fail_channel(makers.alerts)
    await makers.reads(CLOSURE, NOTHING)
    dm = tocsin.discord.dm(makers.moderator)
    (notice,) = tocsin.discord.messages(dm)
    assert "cannot be written to" in notice.text
    tocsin.discord.mend(closed)
    pressed = await tocsin.discord.click(makers.moderator.user, notice, label="Try again")
    assert pressed.text == "It is tried again now."
    await tocsin.tell()
    assert len(makers.told) == 1


async def test_what_may_have_arrived_is_looked_for_at_a_press_and_not_told_twice(
    makers: Community,
) -> None:
    await makers.watches("Kilnfolk", NOTHING)
    discord, clock = makers.stage.discord, makers.stage.clock
    discord.overwrite(makers.alerts, discord.bot, deny="read_message_history")
    await makers.stage.knows(makers.guild)
    discord.drop_after_commit(path=rf"^POST /channels/{makers.alerts.id}/messages$")
    await makers.reads(CLOSURE, NOTHING)
    for _ in range(3):
        clock.move(minutes=2)
        await makers.stage.tell()
    assert len(makers.told) == 1
    (notice,) = makers.cards
    assert "may or may not have arrived" in notice.text
    discord.overwrite(makers.alerts, discord.bot, allow="read_message_history")
    await discord.until(lambda: _reads_history(makers))
    pressed = await discord.click(makers.moderator, notice, label="Try again")
    assert pressed.text == "It is tried again now."
    await makers.stage.tell()
    await makers.decides("incident retract", {"incident": "Kilnfolk"})
    (alert,) = makers.told
    assert alert.text.startswith("## Retracted"), "it was found, and is ours to edit again"


def _reads_history(makers: Community) -> bool:
    guild = makers.stage.app.client.get_guild(makers.guild.id)
    channel = guild.get_channel(makers.alerts.id) if guild else None
    if guild is None or channel is None:
        return False
    return channel.permissions_for(guild.me).read_message_history
