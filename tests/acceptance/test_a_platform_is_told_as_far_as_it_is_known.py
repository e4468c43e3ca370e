"""Everybody may ask what is known of a platform: privately, with how certain it is, its past, what
is watched and what is not. Silence is never sold as safety, and the past is no news."""

import pytest

from tests.rss import CLOSURE, NOTHING
from tests.stage import Community


async def test_a_closed_platform_is_told_with_its_dates_and_notice(makers: Community) -> None:
    shown = await makers.asks(makers.maker, "platform", {"name": "alm"})
    assert shown.ephemeral
    assert shown.text.startswith(
        "## A Little Market\n"
        "Marketplace for handmade goods · French, Italian · belongs to Etsy, Inc.\n"
        "**Merged** into another platform. For sellers it ended on Thursday 31 August 2017. "
        "Sellers were sent to Etsy.\n"
        "Also called ALM, ALittleMarket.\n"
    )
    assert (
        "- **All of it**: announced on Monday 3 July 2017 · last sale on Thursday 31 August 2017 · "
        "switched off in September 2017 · 59 days’ notice · first word: a letter to sellers\n"
        "  New listings were refused from the morning of the letter"
    ) in shown.text
    assert "**Nothing readable is watched.** We hear of it only by /report." in shown.text
    assert "Its site" not in shown.text


async def test_what_nobody_verified_is_never_told_as_certain(makers: Community) -> None:
    shown = await makers.asks(makers.maker, "platform", {"name": "Makerist"})
    assert "**Said to be closed**; not verified." in shown.text
    assert "For sellers it ended about 2025 (not verified)." in shown.text
    assert "none of it verified" in shown.text
    shown = await makers.asks(makers.maker, "platform", {"name": "Catarse"})
    assert "Whether it is open today has not been verified." in shown.text
    assert "The address of its site has not been verified." in shown.text
    assert "- [Catarse: terms](<https://crowdfunding.catarse.me" in shown.text
    assert "(crowdfunding.catarse.me); address not verified" in shown.text


async def test_what_nobody_visits_is_not_called_watched(makers: Community) -> None:
    shown = await makers.asks(makers.maker, "platform", {"name": "Etsy"})
    assert "**Not watched yet**" in shown.text
    assert "- Etsy Seller Handbook (etsy.com); address not verified" in shown.text
    assert "It is not followed here; a moderator can change that with /follow." in shown.text
    followed = await makers.decides("follow", {"platform": "Etsy"})
    assert (
        "- The addresses of 3 of them have not been verified; /platform shows whether they can be "
        "read."
    ) in followed.text
    others = await makers.stage.community("Others")
    shown = await others.asks(others.maker, "platform", {"name": "Etsy"})
    assert "**Not watched yet**" in shown.text
    shown = await makers.asks(makers.maker, "platform", {"name": "Etsy"})
    assert "**Watched for this community**" in shown.text
    assert "- Etsy Seller Handbook (etsy.com): not read yet" in shown.text
    assert "It is followed here: what is found is told." in shown.text


async def test_a_part_is_told_with_its_whole_and_the_whole_with_its_parts(
    makers: Community,
) -> None:
    part = "Part of Etsy: what Etsy announces may concern it too."
    shown = await makers.asks(makers.maker, "platform", {"name": "Pattern by Etsy"})
    assert part in shown.text
    shown = await makers.asks(makers.maker, "platform", {"name": "Etsy"})
    assert "1 part of it has an entry of its own: Pattern by Etsy." in shown.text
    assert "It has ended A Little Market, A Little Mercerie: /platform tells how." in shown.text
    assert "No ending" not in shown.text
    shown = await makers.decides("follow", {"platform": "Pattern by Etsy"})
    assert "- It is part of Etsy: what that announces may concern it too. Follow both." in (
        shown.text
    )
    assert "Pattern by Etsy: terms (etsy.com): not read yet" in shown.text


async def test_pages_can_be_opened_by_people_watched_or_not(
    makers: Community,
) -> None:
    shown = await makers.asks(makers.maker, "platform", {"name": "Folksy"})
    assert "**For people to read** (Tocsin does not watch these)" in shown.text
    assert "- forum (English): https://talk.folksy.com/" in shown.text
    assert "- [Folksy: terms](<https://folksy.com/terms>) (folksy.com); address not verified" in (
        shown.text
    )


async def test_a_source_is_told_with_when_it_was_last_seen_and_since_when_it_is_blind(
    makers: Community,
) -> None:
    await makers.watches("Folksy", NOTHING, name="Our own eye")
    shown = await makers.asks(makers.maker, "platform", {"name": "Folksy"})
    assert "- ✔ Our own eye (127\\.0.0.1:" in shown.text
    assert "): last read <t:" in shown.text
    makers.stage.site.serve("/feed.xml", "", status=403)
    await makers.stage.visit()
    shown = await makers.asks(makers.maker, "platform", {"name": "Folksy"})
    assert "): not readable since <t:" in shown.text
    assert "does not let Tocsin in" in shown.text
    await makers.decides("source pause", {"source": "#1"})
    shown = await makers.asks(makers.maker, "platform", {"name": "Folksy"})
    assert "): paused; last read <t:" in shown.text


async def test_open_alerts_are_pointed_to_with_what_to_do(makers: Community) -> None:
    await makers.watches("Kilnfolk", NOTHING)
    shown = await makers.asks(makers.maker, "platform", {"name": "kilnfolk"})
    assert shown.text.startswith("## Kilnfolk\nIt is not in the catalogue")
    assert "Open alerts" not in shown.text
    await makers.reads(CLOSURE, NOTHING)
    shown = await makers.asks(makers.maker, "platform", {"name": "Kilnfolk"})
    assert "**Open alerts here**\n- Kilnfolk is closing" in shown.text
    assert "/checklist opens your own list of what to do." in shown.text
    await makers.decides("incident retract", {"incident": "1"})
    shown = await makers.asks(makers.maker, "platform", {"name": "Kilnfolk"})
    assert "Open alerts" not in shown.text


async def test_what_waits_for_moderators_is_shown_to_nobody_else(makers: Community) -> None:
    await makers.decides("settings set", {"mode": "review"})
    await makers.watches("Kilnfolk", NOTHING)
    await makers.reads(CLOSURE, NOTHING)
    assert len(makers.cards) == 1
    shown = await makers.asks(makers.maker, "platform", {"name": "Kilnfolk"})
    assert "Open alerts" not in shown.text


async def test_a_guilds_own_platform_is_known_to_that_guild_alone(makers: Community) -> None:
    await makers.watches("Kilnfolk", NOTHING)
    others = await makers.stage.community("Others")
    refused = await others.asks(others.maker, "platform", {"name": "Kilnfolk"})
    assert refused.text.startswith("Nobody here knows “Kilnfolk”.")


@pytest.mark.parametrize("name", ["Etsy", "Shopify", "Amazon Handmade", "DaWanda", "Rakuten.de"])
async def test_silence_is_never_sold_as_safety(makers: Community, name: str) -> None:
    shown = await makers.asks(makers.maker, "platform", {"name": name})
    assert (
        "No alert only means that nothing was found where we look. "
        "It never means that nothing happened."
    ) in shown.text


async def test_the_past_is_no_news(makers: Community) -> None:
    for name in ("A Little Market", "DaWanda", "Society6"):
        shown = await makers.decides("follow", {"platform": name})
        assert "Already going on" not in shown.text
    await makers.stage.tell()
    assert (makers.told, makers.cards) == ([], [])


async def test_a_misspelt_name_is_answered_with_those_that_begin_alike(makers: Community) -> None:
    refused = await makers.asks(makers.maker, "platform", {"name": "DaWand"})
    assert refused.text == "Nobody here knows “DaWand”. Did you mean: DaWanda?"


async def test_closed_platforms_are_offered_too(makers: Community) -> None:
    offered = await makers.stage.discord.autocomplete(
        makers.guild, makers.alerts, makers.maker, "platform", "name", "dawan"
    )
    assert [each["value"] for each in offered] == ["DaWanda"]


async def test_french_members_are_answered_in_french(makers: Community) -> None:
    elodie = makers.member("élodie", locale="fr")
    shown = await makers.asks(elodie, "platform", {"name": "A Little Market"})
    assert "Place de marché du fait main · français, italien · appartient à Etsy, Inc." in (
        shown.text
    )
    assert "- **Toute la plateforme**\u00a0: annoncé le lundi 3 juillet 2017 · " in shown.text
    assert "59 jours de préavis" in shown.text
