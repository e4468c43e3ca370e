"""One channel that refuses messages, hangs or is gone stops no other; its moderators hear of it
once, and what waited for it is told when it takes messages again, each once."""

import asyncio

import pytest

from tests.rss import CLOSURE, FEES, MOVED, NOTHING
from tests.stage import Community, Stage
from tests.standin import Channel

SEND = "send_messages"


@pytest.fixture
async def other(makers: Community) -> Channel:
    """A second channel of the same guild that follows, too; a closure was told in neither yet."""
    await makers.watches("Kilnfolk", NOTHING)
    second = makers.stage.discord.channel(makers.guild, "second")
    await makers.stage.knows(makers.guild)
    await makers.decides("follow", {"platform": "Kilnfolk", "channel": second})
    return second


async def test_a_channel_that_refuses_stops_no_other_and_is_told_once(
    makers: Community, other: Channel
) -> None:
    discord, stage = makers.stage.discord, makers.stage
    _forbid(makers, makers.alerts)
    await makers.reads(CLOSURE, NOTHING)
    assert makers.told == []
    assert len(discord.messages(other)) == 1
    (notice,) = makers.cards
    assert f"**<#{makers.alerts.id}> cannot be written to:**" in notice.text
    assert "1 message waits for it; nothing is lost." in notice.text
    await makers.reads(FEES, MOVED, NOTHING)
    stage.clock.move(minutes=61)
    await stage.tell()
    assert makers.told == []
    assert len(makers.cards) == 1
    assert len(discord.messages(other)) == 2


async def test_what_waited_is_told_once_when_permissions_come_back(
    makers: Community, other: Channel
) -> None:
    _forbid(makers, makers.alerts)
    await makers.reads(CLOSURE, NOTHING)
    await makers.reads(FEES, MOVED, NOTHING)
    makers.stage.discord.overwrite(makers.alerts, makers.guild)
    await _until_told(makers, 2)
    texts = [message.text for message in makers.told]
    assert sum("30 September 2026" in text for text in texts) == 1
    assert all(message.thread is None for message in makers.told), "nothing changed for them"
    await makers.stage.tell()
    assert len(makers.told) == 2


async def test_it_is_tried_again_by_itself_within_the_hour(
    makers: Community, other: Channel
) -> None:
    discord, clock = makers.stage.discord, makers.stage.clock
    trouble = discord.fail_channel(makers.alerts)
    await makers.reads(CLOSURE, NOTHING)
    discord.mend(trouble)
    clock.move(minutes=59)
    await makers.stage.tell()
    assert makers.told == []
    clock.move(minutes=2)
    await makers.stage.tell()
    assert len(makers.told) == 1


async def test_a_moderator_tries_it_again_with_the_button(
    makers: Community, other: Channel
) -> None:
    discord = makers.stage.discord
    trouble = discord.fail_channel(makers.alerts)
    await makers.reads(CLOSURE, NOTHING)
    discord.mend(trouble)
    (notice,) = makers.cards
    nobody = makers.member("nobody")
    discord.overwrite(makers.review, nobody, allow="view_channel")
    refused = await discord.click(nobody, notice, label="Try again")
    assert "It is tried again now." not in refused.text
    shown = await discord.click(makers.moderator, notice, label="Try again")
    assert shown.ephemeral
    assert shown.text == "It is tried again now."
    await makers.stage.tell()
    assert len(makers.told) == 1


async def test_a_retraction_reaches_a_channel_that_takes_no_new_messages(
    makers: Community, other: Channel
) -> None:
    await makers.reads(CLOSURE, NOTHING)
    _forbid(makers, makers.alerts)
    await makers.reads(FEES, CLOSURE, NOTHING)
    closing = next(m for m in makers.told if "closing" in m.text)
    await makers.decides("incident retract", {"incident": "1"})
    assert closing.text.startswith("## Retracted")


async def test_a_deleted_channel_stops_no_other(makers: Community, other: Channel) -> None:
    makers.stage.discord.delete_channel(other)
    await makers.reads(CLOSURE, NOTHING)
    assert len(makers.told) == 1
    (notice,) = makers.cards
    assert "the channel no longer exists" in notice.text


async def test_a_guild_where_nobody_can_be_told_stops_no_other(
    tocsin: Stage, makers: Community, atelier: Community
) -> None:
    discord = tocsin.discord
    for community in (makers, atelier):
        await community.watches("Kilnfolk", NOTHING)
    for channel in (makers.alerts, makers.review):
        discord.fail_channel(channel)
    discord.close_dms(makers.moderator.user)
    await makers.reads(CLOSURE, NOTHING)
    assert len(atelier.told) == 1
    assert makers.told == makers.cards == []
    discord.mend()
    tocsin.clock.move(minutes=61)
    await tocsin.tell()
    assert len(makers.told) == 1


async def test_a_channel_that_hangs_keeps_no_other_waiting(
    makers: Community, other: Channel
) -> None:
    discord = makers.stage.discord
    hanging = discord.delay(30.0, None, rf"^POST /channels/{makers.alerts.id}/messages")
    reading = asyncio.create_task(makers.reads(CLOSURE, NOTHING))
    await discord.until(lambda: discord.messages(other))
    assert makers.told == []
    discord.mend(hanging)
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)


def _forbid(community: Community, channel: Channel) -> None:
    """Nobody may write there."""
    community.stage.discord.overwrite(channel, community.guild, deny=SEND)


async def _until_told(community: Community, count: int) -> None:
    for _ in range(100):
        await community.stage.tell()
        if len(community.told) == count:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"{len(community.told)} told, not {count}")
