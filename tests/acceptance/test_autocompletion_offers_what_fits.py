"""While somebody types, what fits is offered: platforms, sources, alerts; only of that guild."""

from tests.rss import CLOSURE, NOTHING
from tests.stage import Community


async def _typed(
    community: Community, command: str, option: str, typed: str = ""
) -> list[tuple[str, str]]:
    offered = await community.stage.discord.autocomplete(
        community.guild, community.alerts, community.moderator, command, option, typed
    )
    return [(each["name"], each["value"]) for each in offered]


async def test_platforms_come_from_the_catalogue_by_any_of_their_names(makers: Community) -> None:
    assert await _typed(makers, "follow", "platform", "ets") == [
        ("Etsy", "Etsy"),
        ("Pattern by Etsy", "Pattern by Etsy"),
    ]
    assert ("A Little Market", "A Little Market") in await _typed(
        makers, "source add", "platform", "little"
    )
    assert len(await _typed(makers, "follow", "platform")) == 25
    assert await _typed(makers, "follow", "platform", "zzz") == []


async def test_a_guilds_own_platforms_are_offered_too(makers: Community) -> None:
    await makers.watches("Kilnfolk", NOTHING)
    assert await _typed(makers, "follow", "platform", "kiln") == [("Kilnfolk", "Kilnfolk")]
    assert await _typed(makers, "unfollow", "platform", "k") == [("Kilnfolk", "Kilnfolk")]
    others = await makers.stage.community("Others")
    assert await _typed(others, "follow", "platform", "kiln") == []


async def test_sources_are_offered_by_name_number_and_address(makers: Community) -> None:
    await makers.watches("Kilnfolk", NOTHING, name="The blog")
    wanted = [("#1 The blog · Kilnfolk", "#1")]
    for command in ("remove", "test", "poll", "pause", "resume"):
        for typed in ("", "blog", "#1", "feed.xml"):
            assert await _typed(makers, f"source {command}", "source", typed) == wanted
    assert await _typed(makers, "source poll", "source", "zzz") == []


async def test_alerts_are_offered_with_what_tells_them_apart(makers: Community) -> None:
    await makers.watches("Kilnfolk", NOTHING)
    await makers.reads(CLOSURE, NOTHING)
    named = [("Kilnfolk · closure · 2026-03-02 · told", "1")]
    assert await _typed(makers, "incident retract", "incident", "kiln") == named
    assert await _typed(makers, "incident correct", "incident", "closure") == named
    assert await _typed(makers, "checklist", "incident") == named
    await makers.decides("incident retract", {"incident": "1"})
    assert await _typed(makers, "incident retract", "incident") == []
    assert await _typed(makers, "incident why", "incident") == [
        ("Kilnfolk · closure · 2026-03-02 · retracted", "1")
    ]


async def test_what_was_offered_by_name_may_be_typed_too(makers: Community) -> None:
    await makers.watches("Kilnfolk", NOTHING)
    await makers.reads(CLOSURE, NOTHING)
    shown = await makers.decides("incident why", {"incident": "kilnfolk · closure"})
    assert shown.text.startswith("**Kilnfolk: closure, critical.**")
