"""What the bot says, over real sockets: where it looks for what may have arrived, where it falls
back to, and at what pace. The stand-in remembers no nonces here: looking must suffice."""

import asyncio
from dataclasses import replace

import pytest
from discord import TextChannel

from bot.chat.messenger import DiscordMessenger
from bot.chat.pacing import Pacer
from bot.chat.render import Renderer
from bot.domain.deliveries import Delivery, DeliveryState, Subject
from bot.domain.guilds import GuildSettings, Subscription
from bot.services.dispatch import Absent, CannotLook, Closed, Later, Sent
from tests.rss import CLOSURE, MOVED, NOTHING
from tests.stage import Community, Stage
from tests.standin import Channel, Message

HISTORY = "read_message_history"


@pytest.fixture(autouse=True)
def no_memory(tocsin: Stage) -> None:
    tocsin.discord.limit(nonce_window_s=0)


@pytest.fixture
async def told(makers: Community) -> Message:
    """A closure that stands in the alerts channel."""
    await makers.watches("Kilnfolk", NOTHING)
    await makers.reads(CLOSURE, NOTHING)
    (message,) = makers.told
    return message


async def test_a_post_whose_answer_was_lost_is_found(makers: Community) -> None:
    await makers.watches("Kilnfolk", NOTHING)
    makers.stage.discord.drop_after_commit()
    await makers.reads(CLOSURE, NOTHING)
    await _later(makers)
    assert len(makers.told) == 1
    assert await _unsettled(makers) == 0


async def test_a_post_that_was_lost_is_sent_again(makers: Community) -> None:
    await makers.watches("Kilnfolk", NOTHING)
    makers.stage.discord.drop_before_commit()
    await makers.reads(CLOSURE, NOTHING)
    await _later(makers)
    assert len(makers.told) == 1


async def test_a_note_whose_answer_was_lost_is_found_in_its_thread(
    makers: Community, told: Message
) -> None:
    makers.stage.discord.drop_after_commit(path=rf"^POST /channels/{told.id}/messages")
    await makers.reads(MOVED, NOTHING)
    await _later(makers)
    assert len(makers.thread(told)) == 1
    assert await _unsettled(makers) == 0


async def test_a_thread_whose_answer_was_lost_is_not_made_twice(
    makers: Community, told: Message
) -> None:
    makers.stage.discord.drop_after_commit(path=r"/threads$")
    await makers.reads(MOVED, NOTHING)
    await _later(makers)
    assert len(makers.thread(told)) == 1


async def test_a_letter_to_the_moderators_is_found_where_it_went(makers: Community) -> None:
    discord = makers.stage.discord
    system = discord.channel(makers.guild, "system", system=True)
    await _knows_system(makers, system)
    await makers.watches("Kilnfolk", NOTHING)
    discord.fail_channel(makers.alerts)
    discord.fail_channel(makers.review)
    discord.drop_after_commit(path=rf"^POST /channels/{system.id}/messages")
    await makers.reads(CLOSURE, NOTHING)
    await _later(makers)
    assert len(discord.messages(system)) == 1
    await _later(makers, seconds=3700)
    assert len(discord.messages(system)) == 1


async def test_without_channels_the_one_who_set_it_up_is_told(makers: Community) -> None:
    discord = makers.stage.discord
    await makers.watches("Kilnfolk", NOTHING)
    discord.fail_channel(makers.alerts)
    discord.fail_channel(makers.review)
    await makers.reads(CLOSURE, NOTHING)
    (letter,) = discord.messages(discord.dm(makers.moderator.user))
    assert f"<#{makers.alerts.id}> cannot be written to" in letter.text


async def test_a_private_channel_that_cannot_be_opened_just_now_is_tried_soon(
    makers: Community,
) -> None:
    discord = makers.stage.discord
    await makers.watches("Kilnfolk", NOTHING)
    discord.fail_channel(makers.alerts)
    discord.fail_channel(makers.review)
    discord.drop_before_commit(path=r"^POST /users/@me/channels")
    await makers.reads(CLOSURE, NOTHING)
    await _later(makers)
    assert len(discord.messages(discord.dm(makers.moderator.user))) == 1


async def test_where_history_cannot_be_read_it_is_held_and_the_moderators_told(
    makers: Community,
) -> None:
    discord = makers.stage.discord
    await makers.watches("Kilnfolk", NOTHING)
    discord.overwrite(makers.alerts, makers.guild, deny=HISTORY)
    await _knows_history(makers, False)
    discord.drop_after_commit(path=rf"^POST /channels/{makers.alerts.id}/messages")
    await makers.reads(CLOSURE, NOTHING)
    await _later(makers)
    await _later(makers)
    assert len(makers.told) == 1
    (notice,) = makers.cards
    assert "may or may not have arrived" in notice.text
    discord.overwrite(makers.alerts, makers.guild)
    await _knows_history(makers, True)
    await _later(makers)
    assert await _unsettled(makers) == 0
    assert (len(makers.told), len(makers.cards)) == (1, 1)


async def test_the_button_looks_again_for_what_was_held(makers: Community) -> None:
    discord = makers.stage.discord
    await makers.watches("Kilnfolk", NOTHING)
    discord.overwrite(makers.alerts, makers.guild, deny=HISTORY)
    await _knows_history(makers, False)
    discord.drop_before_commit(path=rf"^POST /channels/{makers.alerts.id}/messages")
    await makers.reads(CLOSURE, NOTHING)
    await _later(makers)
    (notice,) = makers.cards
    shown = await discord.click(makers.moderator, notice, label="Try again")
    assert shown.text == "It is tried again now."
    await _later(makers)
    assert makers.told == [], "nothing is posted blindly"
    discord.overwrite(makers.alerts, makers.guild)
    await _knows_history(makers, True)
    await discord.click(makers.moderator, notice, label="Try again")
    await _later(makers)
    assert len(makers.told) == 1


async def test_a_locked_thread_says_nothing_against_its_channel(
    makers: Community, told: Message
) -> None:
    discord = makers.stage.discord
    await makers.reads(MOVED, NOTHING)
    assert told.thread is not None
    told.thread.locked = True
    body = MOVED.body.replace("30 September 2026", "31 October 2026")
    await makers.reads(MOVED.but(body=body), NOTHING)
    await _later(makers)
    answer = makers.told[-1]
    assert answer.reference is not None
    assert answer.reference["message_id"] == str(told.id)
    assert makers.cards == []
    assert len(discord.messages(told.thread)) == 1


async def test_without_leave_for_threads_it_answers_its_own_message(
    makers: Community, told: Message
) -> None:
    makers.stage.discord.overwrite(
        makers.alerts, makers.guild, deny=["create_public_threads", "send_messages_in_threads"]
    )
    await makers.reads(MOVED, NOTHING)
    await _later(makers)
    assert len(makers.told) == 2
    assert makers.told[-1].reference is not None


async def test_a_deleted_alert_is_posted_anew_when_it_changes(
    makers: Community, told: Message
) -> None:
    makers.stage.discord.delete_message(told)
    await makers.reads(MOVED, NOTHING)
    (anew,) = makers.told
    assert "30 September 2026" in anew.text
    assert anew.custom_ids[0] != told.custom_ids[0]


async def test_an_empty_history_proves_nothing_where_the_guild_is_not_known_yet(
    makers: Community,
) -> None:
    client = makers.stage.app.client
    guild = client.get_guild(makers.guild.id)
    assert guild is not None
    messenger = _messenger(makers.stage)
    post, settings = _post(makers), GuildSettings(makers.guild.id)
    guild.unavailable = True
    looking = asyncio.create_task(messenger.look_up(post, settings))
    done, _ = await asyncio.wait([looking], timeout=0.2)
    assert not done
    guild.unavailable = False
    await client.on_guild_available(guild)
    assert await looking == Absent()


async def test_an_empty_history_proves_nothing_while_changes_are_not_heard(
    makers: Community,
) -> None:
    client = makers.stage.app.client
    messenger = _messenger(makers.stage)
    post, settings = _post(makers), GuildSettings(makers.guild.id)
    await client.on_disconnect()
    assert isinstance(await messenger.look_up(post, settings), Later)
    await client.on_resumed()
    assert await messenger.look_up(post, settings) == Absent()


async def test_it_is_told_what_became_of_a_look(makers: Community, told: Message) -> None:
    messenger = _messenger(makers.stage)
    settings = GuildSettings(makers.guild.id)
    discord = makers.stage.discord
    async with makers.stage.app.services.storage.reading() as work:
        post = await work.outbox.find(1)
    assert post is not None
    assert await messenger.look_up(post, settings) == Sent(told.id)
    discord.fail(503, times=None, path=r"^GET ")
    assert isinstance(await messenger.look_up(post, settings), Later)
    discord.mend()
    discord.fail_channel(makers.alerts, 404, code=10003)
    assert isinstance(await messenger.look_up(post, settings), Closed)
    discord.mend()
    discord.overwrite(makers.alerts, makers.guild, deny=HISTORY)
    await _knows_history(makers, False)
    assert await messenger.look_up(post, settings) == CannotLook()


async def test_a_hundred_and_fifty_channels_are_told_evenly_while_people_are_answered(
    makers: Community,
) -> None:
    stage, discord = makers.stage, makers.stage.discord
    channels = [discord.channel(makers.guild, f"alerts {number}") for number in range(150)]
    await stage.knows(makers.guild)
    await makers.watches("Kilnfolk", NOTHING)
    async with stage.app.services.storage.unit_of_work() as work:
        (mine,) = await work.guilds.subscriptions(makers.guild.id)
        for channel in channels:
            wanted = _elsewhere(mine, channel)
            await work.guilds.follow(wanted, stage.clock.now())
    before = len(discord.requests)
    reading = asyncio.create_task(makers.reads(CLOSURE, NOTHING))
    await discord.until(lambda: len(discord.said()) > 20)
    shown = await discord.slash(makers.guild, makers.alerts, makers.maker, "status")
    assert shown.answered_after is not None
    assert not reading.done(), "it was answered while messages were being sent"
    await reading
    sent = [seen for seen in discord.requests[before:] if seen.path.startswith("/channels/")]
    assert {seen.status for seen in sent} == {200}
    assert all(len(discord.messages(channel)) == 1 for channel in channels)
    times = sorted(seen.at for seen in sent)
    assert all(later - at > 0.9 for at, later in zip(times, times[50:], strict=False))


async def test_after_too_many_refusals_nothing_is_asked(makers: Community) -> None:
    pacer = Pacer(invalid_max=2)
    messenger = _messenger(makers.stage, pacer)
    post, settings = _post(makers), GuildSettings(makers.guild.id)
    pacer.answered(403)
    pacer.answered(403)
    before = len(makers.stage.discord.requests)
    assert isinstance(await messenger.look_up(post, settings), Later)
    assert len(makers.stage.discord.requests) == before


def _messenger(stage: Stage, pacer: Pacer | None = None) -> DiscordMessenger:
    services = stage.app.services
    renderer = Renderer(services.texts, services.catalogue, stage.clock)
    return DiscordMessenger(stage.app.client, pacer or Pacer(), renderer)


def _post(community: Community) -> Delivery:
    now = community.stage.clock.now()
    return Delivery(
        id=1,
        subject=Subject.ALERT,
        subject_id=77,
        guild_id=community.guild.id,
        channel_id=community.alerts.id,
        revision=1,
        generation=0,
        state=DeliveryState.UNCLEAR,
        locale="en",
        role_id=None,
        message_id=None,
        attempts=1,
        next_at=now,
        claimed_at=now,
    )


def _elsewhere(mine: Subscription, channel: Channel) -> Subscription:
    return replace(mine, channel_id=channel.id)


async def _later(community: Community, seconds: float = 31) -> None:
    """What waits for another try is due by then."""
    community.stage.clock.move(seconds=seconds)
    await community.stage.tell()


async def _unsettled(community: Community) -> int:
    async with community.stage.app.services.storage.reading() as work:
        return await work.outbox.waiting(community.guild.id)


async def _knows_history(community: Community, allowed: bool) -> None:
    channel = community.stage.app.client.get_channel(community.alerts.id)
    assert isinstance(channel, TextChannel)
    known = channel
    await community.stage.discord.until(
        lambda: known.permissions_for(known.guild.me).read_message_history is allowed
    )
    await asyncio.sleep(0.05)  # the event that follows from it has a task of its own


async def _knows_system(community: Community, system: Channel) -> None:
    guild = community.stage.app.client.get_guild(community.guild.id)
    assert guild is not None
    await community.stage.knows(community.guild)
    guild._system_channel_id = system.id


async def test_refused_requests_are_counted_wherever_they_come_from(makers: Community) -> None:
    stage = makers.stage
    messenger = stage.app.dispatcher._messenger
    assert isinstance(messenger, DiscordMessenger)
    await makers.watches("Kilnfolk", NOTHING)
    stage.discord.fail_channel(makers.alerts)
    await makers.reads(CLOSURE, NOTHING)
    assert len(messenger._pacer._invalid) == stage.discord.invalid_requests > 0
