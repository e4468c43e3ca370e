"""`/setup` needs only a channel and proves what it set; `/settings` changes what is named and
nothing else."""

from functools import partial

import pytest

from tests.rss import CLOSURE, FEES, NOTHING
from tests.stage import Community, Stage


@pytest.fixture
async def newcomers(tocsin: Stage) -> Community:
    """A guild in which nothing has been set up."""
    discord = tocsin.discord
    guild = discord.guild("New")
    alerts, review = discord.channel(guild, "alerts"), discord.channel(guild, "review")
    moderator = discord.member(guild, "mod", permissions="manage_guild")
    maker = discord.member(guild, "maker")
    await tocsin.knows(guild)
    return Community(tocsin, guild, alerts, review, moderator, maker)


async def test_setup_needs_only_a_channel_and_shows_how_an_alert_looks(
    newcomers: Community,
) -> None:
    shown = await newcomers.decides("setup", {"channel": newcomers.alerts})
    here = f"<#{newcomers.alerts.id}>"
    lines = shown.text.split("\n")
    assert lines[0] == f"**Tocsin is set up.** Alerts go to {here}."
    assert "- Language of alerts: English." in lines
    assert lines[2].startswith("- Mode: clear official notices are posted at once")
    assert f"✔ Every permission needed in {here} is there." in lines
    assert "No review channel" in shown.text
    (card,) = shown.followups
    assert card.ephemeral
    assert card.text.startswith("**This is a test.")
    assert newcomers.told == [], "nothing is posted"


_PERMISSIONS = [
    ("view_channel", "View Channel"),
    ("send_messages", "Send Messages"),
    ("read_message_history", "Read Message History"),
    ("create_public_threads", "Create Public Threads"),
    ("send_messages_in_threads", "Send Messages in Threads"),
]


async def test_setup_names_the_permission_that_is_missing_and_how_to_mend_it(
    newcomers: Community,
) -> None:
    discord, alerts = newcomers.stage.discord, newcomers.alerts
    for lacking, word in _PERMISSIONS:
        discord.overwrite(alerts, discord.bot, deny=lacking)
        await discord.until(partial(_lacks, newcomers, lacking))
        shown = await newcomers.decides("setup", {"channel": alerts})
        assert f"**Missing in <#{alerts.id}>: {word}.**" in shown.text
        assert f"Edit Channel → Permissions of <#{alerts.id}>" in shown.text
        assert "✔" not in shown.text


async def test_setup_warns_of_a_role_that_cannot_be_mentioned_and_a_public_review(
    newcomers: Community,
) -> None:
    role = await newcomers.role("closures")
    options = {"channel": newcomers.alerts, "review_channel": newcomers.review, "role": role}
    shown = await newcomers.decides("setup", options)
    assert f"**<@&{role.id}> will not be notified:**" in shown.text
    assert f"**Everybody can read <#{newcomers.review.id}>.**" in shown.text
    again = await newcomers.decides("setup", {"channel": newcomers.alerts})
    assert f"**<@&{role.id}> will not be notified:**" in again.text, "what is kept is proved too"
    assert f"**Everybody can read <#{newcomers.review.id}>.**" in again.text


async def test_setup_again_keeps_what_is_not_named(makers: Community) -> None:
    role = await makers.role("closures", mentionable=True)
    await makers.decides(
        "settings set", {"role": role, "mode": "review", "time_zone": "Europe/Paris"}
    )
    second = makers.stage.discord.channel(makers.guild, "second")
    await makers.stage.knows(makers.guild)
    await makers.decides("setup", {"channel": second})
    shown = await makers.decides("settings show")
    assert shown.text.split("\n") == [
        f"- Alerts: <#{second.id}>",
        f"- Review: <#{makers.review.id}>",
        f"- Role mentioned: <@&{role.id}>",
        "- Moderator role: not set",
        "- Language of alerts: English",
        "- Time zone: Europe/Paris",
        "- Mode: review (nothing is posted without a moderator)",
        "- Quiet hours: not set",
        "- Digest: off (everything at once)",
        "- What is told: everything",
    ]


async def test_a_lowest_severity_keeps_what_is_below_it_away(makers: Community) -> None:
    await makers.watches("Kilnfolk", NOTHING)
    await makers.decides("settings set", {"lowest_severity": "critical"})
    await makers.reads(FEES, NOTHING)
    assert (makers.told, makers.cards) == ([], [])
    await makers.reads(CLOSURE, FEES, NOTHING)
    assert len(makers.told) == 1


async def test_what_is_critical_is_told_in_quiet_hours_and_the_rest_in_the_morning(
    makers: Community,
) -> None:
    await makers.watches("Kilnfolk", NOTHING)
    await makers.decides("settings set", {"quiet_hours": "11:00-14:00", "time_zone": "UTC"})
    await makers.reads(FEES, NOTHING)
    assert makers.told == []
    await makers.reads(CLOSURE, FEES, NOTHING)
    assert len(makers.told) == 1
    makers.stage.clock.move(hours=3)
    await makers.stage.tell()
    assert len(makers.told) == 2


_REFUSED: list[tuple[dict[str, str], str]] = [
    ({}, "Name at least one setting to change"),
    ({"time_zone": "Paris"}, "“Paris” is no time zone. Choose a suggestion"),
    ({"quiet_hours": "late"}, "“late” is no span of hours. Write for example 22:00-07:00"),
]


async def test_what_cannot_be_set_is_refused_with_an_example(makers: Community) -> None:
    for options, sentence in _REFUSED:
        shown = await makers.decides("settings set", options)
        assert shown.text.startswith(sentence)


async def test_quiet_hours_end_with_off(makers: Community) -> None:
    await makers.decides("settings set", {"quiet_hours": "22-7"})
    shown = await makers.decides("settings show")
    assert "- Quiet hours: 22:00-07:00" in shown.text
    shown = await makers.decides("settings set", {"quiet_hours": "off"})
    assert shown.text.startswith("**Changed.**")
    assert "- Quiet hours: not set" in shown.text


async def test_time_zones_are_offered_while_typing(makers: Community) -> None:
    offered = await makers.stage.discord.autocomplete(
        makers.guild, makers.alerts, makers.moderator, "settings set", "time_zone", "paris"
    )
    assert [each["value"] for each in offered] == ["Europe/Paris"]


def _lacks(community: Community, name: str) -> bool:
    guild = community.stage.app.client.get_guild(community.guild.id)
    assert guild is not None
    channel = guild.get_channel(community.alerts.id)
    assert channel is not None
    return not getattr(channel.permissions_for(guild.me), name)
