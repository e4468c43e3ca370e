"""`/follow` and `/following` say what is watched and what is not; what is already going on is
offered to those who follow late. Silence is never sold as safety."""

from tests.rss import CLOSURE, FEES, NOTHING
from tests.stage import Community, Stage


async def test_where_nothing_can_be_read_it_says_so(makers: Community) -> None:
    shown = await makers.decides("follow", {"platform": "a little market"})
    assert shown.text.startswith(
        f"**A Little Market** is followed; alerts go to <#{makers.alerts.id}>."
    )
    assert "Nothing readable is watched for A Little Market: we hear of it only by /report." in (
        shown.text
    )
    status = await makers.asks(makers.maker, "status")
    assert "Nothing can be read at present about: A Little Market." in status.text


async def test_what_cannot_be_read_is_not_called_watched(makers: Community) -> None:
    await makers.watches("Kilnfolk", NOTHING)
    shown = await makers.decides("following")
    assert "(127\\.0.0.1:" in shown.text
    assert "): is read" in shown.text
    assert shown.text.endswith("What stands elsewhere reaches us only by /report.")
    makers.stage.site.serve("/feed.xml", "", status=503)
    await makers.stage.visit()
    shown = await makers.decides("following")
    assert "): answers too slowly or asks us to wait" in shown.text
    again = await makers.decides("follow", {"platform": "Kilnfolk"})
    assert "1 source is watched for Kilnfolk, but it cannot be read at present." in again.text


async def test_a_platform_that_nobody_knows_is_refused_with_a_way_out(makers: Community) -> None:
    refused = await makers.decides("follow", {"platform": "Nowhere Market"})
    assert refused.text == (
        "Nobody here knows “Nowhere Market”. Choose a suggestion, or add its feed with "
        "/source add: any name will do there."
    )


async def test_a_source_of_ones_own_is_followed_under_its_name(makers: Community) -> None:
    await makers.watches("Kilnfolk", NOTHING)
    shown = await makers.decides("follow", {"platform": " KILNFOLK "})
    assert shown.text.startswith("**Kilnfolk** is followed")
    following = await makers.decides("following")
    assert following.text.count("**Kilnfolk**") == 1


async def test_what_is_going_on_is_offered_to_who_follows_late(makers: Community) -> None:
    await makers.watches("Kilnfolk", NOTHING)
    await makers.decides("unfollow", {"platform": "Kilnfolk"})
    await makers.reads(CLOSURE, NOTHING)
    assert (makers.told, makers.cards) == ([], [])
    shown = await makers.decides("follow", {"platform": "Kilnfolk"})
    assert "Already going on; a moderator decides with /review:" in shown.text
    assert "- Kilnfolk · closure · 2026-03-02 · waits" in shown.text
    (card,) = makers.cards
    assert "it was already open when you began to follow this platform" in card.text


async def test_a_follow_for_closures_alone_keeps_the_rest_away(makers: Community) -> None:
    await makers.watches("Kilnfolk", NOTHING)
    await makers.decides("follow", {"platform": "Kilnfolk", "kinds": "closure"})
    await makers.reads(FEES, NOTHING)
    assert makers.told == []
    await makers.reads(CLOSURE, FEES, NOTHING)
    assert len(makers.told) == 1


async def test_two_channels_have_one_alert_each(makers: Community) -> None:
    second = makers.stage.discord.channel(makers.guild, "second")
    await makers.stage.knows(makers.guild)
    await makers.watches("Kilnfolk", NOTHING)
    await makers.decides("follow", {"platform": "Kilnfolk", "channel": second})
    await makers.decides("follow", {"platform": "Kilnfolk", "channel": makers.alerts})
    await makers.reads(CLOSURE, NOTHING)
    assert len(makers.told) == 1
    assert len(makers.stage.discord.messages(second)) == 1


async def test_unfollowing_says_what_goes_on(makers: Community) -> None:
    second = makers.stage.discord.channel(makers.guild, "second")
    await makers.stage.knows(makers.guild)
    await makers.watches("Kilnfolk", NOTHING)
    await makers.decides("follow", {"platform": "Kilnfolk", "channel": second})
    third = makers.stage.discord.channel(makers.guild, "third")
    await makers.stage.knows(makers.guild)
    nowhere = await makers.decides("unfollow", {"platform": "Kilnfolk", "channel": third})
    assert nowhere.text.startswith("“Kilnfolk” is not followed in that channel.")
    here = await makers.decides("unfollow", {"platform": "Kilnfolk", "channel": second})
    assert here.text == "**Kilnfolk** is no longer followed in this channel; elsewhere it still is."
    ended = await makers.decides("unfollow", {"platform": "kilnfolk"})
    assert ended.text == (
        "**Kilnfolk** is no longer followed. What was told stays.\n"
        "1 source of yours still watches it, but nothing of it will be told. "
        "/source remove ends that."
    )
    again = await makers.decides("unfollow", {"platform": "Kilnfolk"})
    assert again.text == "“Kilnfolk” is not followed here. /following shows what is."


async def test_before_setup_following_says_where_to_begin(tocsin: Stage) -> None:
    guild = tocsin.discord.guild("New")
    channel = tocsin.discord.channel(guild, "general")
    moderator = tocsin.discord.member(guild, "mod", permissions="manage_guild")
    await tocsin.knows(guild)
    for command in ("follow", "source add"):
        options = {"platform": "Etsy"}
        if command == "source add":
            options["url"] = tocsin.site.url("/feed.xml")
        shown = await tocsin.discord.slash(guild, channel, moderator, command, options)
        assert shown.text.startswith("Tocsin is not set up here yet.")
