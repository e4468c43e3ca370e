"""Whatever goes wrong, a person reads one calm sentence that says what to do; a bug of ours has a
reference that stands in the log too. Nothing is shown to others."""

import logging

import pytest

from tests.rss import CLOSURE, NOTHING, rss
from tests.stage import Community, Stage

_REFUSED = [
    ("http://10.0.0.1/feed", "is not on the public internet"),
    ("http://localhost/feed", "is not on the public internet"),
    ("http://127.0.0.1:9/feed", "Port 9 is not allowed"),
    ("ftp://blog.example/feed", "http"),
    ("https://user:pw@blog.example/feed", "password"),
    ("blog.example/feed", "http"),
    ("https://blog.example:8443/feed", "Port 8443 is not allowed"),
]


async def test_an_address_that_cannot_be_watched_is_refused_and_not_kept(
    makers: Community,
) -> None:
    for url, words in _REFUSED:
        refused = await makers.decides("source add", {"url": url, "platform": "Kilnfolk"})
        assert words in refused.text
        assert "watched for" not in refused.text
    shown = await makers.decides("source list")
    assert shown.text.startswith("No source of your own yet.")


_GARBAGE = [
    ("<html><body><p>Welcome</p></body></html>", "text/html", "page"),
    ("", "text/xml", "empty"),
    ("Not a feed at all.", "text/plain", "feed"),
    ('{"items": []}', "application/json", "JSON"),
    ("\x00\x01\x02", "application/octet-stream", "feed"),
]


async def test_garbage_is_named_by_a_dry_run_and_not_added(makers: Community) -> None:
    site = makers.stage.site
    for body, content_type, word in _GARBAGE:
        site.serve("/x", body, content_type)
        tried = await makers.decides("source test", {"source": site.url("/x")})
        assert word in tried.text
        wanted = {"url": site.url("/x"), "platform": "Kilnfolk"}
        refused = await makers.decides("source add", wanted)
        assert refused.text == tried.text
    shown = await makers.decides("source list")
    assert shown.text.startswith("No source of your own yet.")


async def test_a_dry_run_says_what_would_be_made_of_it_and_keeps_nothing(
    makers: Community,
) -> None:
    site = makers.stage.site
    site.serve("/x", rss([CLOSURE, NOTHING]))
    tried = await makers.decides("source test", {"source": site.url("/x")})
    assert tried.text.split("\n") == [
        "**News**: 2 entries. Nothing was kept. What would be made of the first ones, if official:",
        "- 🔔 Kilnfolk is closing → closure: posted",
        "- Ten ideas for spring → nothing",
    ]
    assert (makers.told, makers.cards) == ([], [])


async def test_the_same_address_is_not_watched_twice(makers: Community) -> None:
    await makers.watches("Kilnfolk", NOTHING)
    again = await makers.watches("Kilnfolk", NOTHING)
    assert again.text == "This address is watched here already. /source list shows it."


async def test_a_source_that_is_removed_is_gone(makers: Community) -> None:
    await makers.watches("Kilnfolk", NOTHING)
    removed = await makers.decides("source remove", {"source": "#1"})
    assert removed.text == "**127\\.0.0.1** is no longer watched. What was told stays."
    again = await makers.decides("source remove", {"source": "#1"})
    assert again.text.startswith("No source “\\#1” here. /source list shows yours")


async def test_a_channel_that_the_bot_cannot_see_is_named(makers: Community) -> None:
    discord = makers.stage.discord
    hidden = discord.channel(makers.guild, "hidden")
    await makers.stage.knows(makers.guild)
    guild = makers.stage.app.client.get_guild(makers.guild.id)
    assert guild is not None
    guild._channels.pop(hidden.id)
    shown = await makers.decides("setup", {"channel": hidden})
    assert shown.text.startswith(f"The bot cannot see <#{hidden.id}>.")


async def test_a_database_that_cannot_be_written_to_is_told_in_a_sentence(
    makers: Community,
) -> None:
    storage = makers.stage.app.services.storage
    async with storage._writer.begin() as connection:
        await connection.exec_driver_sql("DROP TABLE subscriptions")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(logging.getLogger("cogs.answering"), "disabled", True)
        shown = await makers.decides("follow", {"platform": "A Little Market"})
    assert shown.text.startswith(("Nothing was changed:", "That went wrong, and it is our fault."))


async def test_a_bug_has_a_reference_that_stands_in_the_log(
    makers: Community, caplog: pytest.LogCaptureFixture
) -> None:
    services = makers.stage.app.services
    object.__setattr__(services, "status", None)
    shown = await makers.asks(makers.maker, "status")
    assert shown.text.startswith("That went wrong, and it is our fault.")
    reference = shown.text.rsplit(": ", 1)[1].rstrip(".")
    (record,) = [each for each in caplog.records if each.name == "cogs.answering"]
    assert f"bug {reference}" in record.getMessage()
    assert record.exc_info is not None


async def test_before_setup_every_command_says_where_to_begin(tocsin: Stage) -> None:
    guild = tocsin.discord.guild("New")
    channel = tocsin.discord.channel(guild, "general")
    moderator = tocsin.discord.member(guild, "mod", permissions="manage_guild")
    await tocsin.knows(guild)
    for command, options in (("settings show", {}), ("settings set", {"mode": "review"})):
        shown = await tocsin.discord.slash(guild, channel, moderator, command, options)
        assert shown.text.startswith("Tocsin is not set up here yet. A moderator starts with")
    for command in ("alerts", "status", "review", "following", "source list", "checklist"):
        shown = await tocsin.discord.slash(guild, channel, moderator, command)
        assert shown.ephemeral
        assert "our fault" not in shown.text


async def test_commands_are_offered_in_guilds_only(makers: Community) -> None:
    for command in makers.stage.discord.commands:
        assert command["contexts"] == [0], command["name"]


async def test_what_may_take_long_is_acknowledged_at_once(makers: Community) -> None:
    discord, site = makers.stage.discord, makers.stage.site
    site.serve("/slow.xml", rss([NOTHING]), delay=0.3)
    url = site.url("/slow.xml")
    for command, options in (
        ("source add", {"url": url, "platform": "Kilnfolk"}),
        ("source test", {"source": url}),
        ("source poll", {"source": "#1"}),
    ):
        shown = await discord.slash(
            makers.guild, makers.alerts, makers.moderator, command, options, wait=False
        )
        await shown.until(lambda it: it.answer is not None)
        assert shown.thinking
        await shown.until(lambda it: it.settled)
        assert shown.ephemeral


async def test_a_button_in_a_private_message_says_where_it_works(makers: Community) -> None:
    await makers.watches("Kilnfolk", NOTHING)
    makers.stage.site.serve("/feed.xml", "no", status=410)
    await makers.stage.visit()
    (notice,) = makers.cards
    dm = makers.stage.discord.dm(makers.moderator)
    data = {"custom_id": notice.custom_ids[0], "component_type": 2, "id": 1}
    pressed = makers.stage.discord.interactions.happen(
        3, makers.moderator.user, dm, data, locale=None, source=notice
    )
    await pressed.until(lambda it: it.settled)
    assert pressed.text.startswith("This works only in a community’s channel")
