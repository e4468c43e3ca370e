"""Says what the outbox names: renders at the moment of sending and tells what became of it.

Never raises for what Discord does; refuses to guess: an unclear answer is called unclear.
"""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import aiohttp
import discord
from discord import ui

from bot.chat.client import TocsinClient
from bot.chat.custom_ids import find_nonce
from bot.chat.pacing import Pacer
from bot.chat.render import Renderer
from bot.domain.deliveries import MODERATORS, Delivery, Subject
from bot.domain.guilds import GuildSettings
from bot.errors import DiscordFault
from bot.services.dispatch import (
    Absent,
    CannotLook,
    Closed,
    Deleted,
    Found,
    Later,
    Outcome,
    Sent,
    TellAlert,
    Telling,
    Unclear,
    Unsayable,
)

log = logging.getLogger(__name__)

SECONDS = 90.0
"""What one message may take; beyond that nobody knows whether it arrived."""

PATIENCE = 5.0
"""Seconds that a message waits for the description of its guild before others go first."""

LOOK_BACK = timedelta(minutes=2)
"""Clocks differ: a message is looked for from so long before it was claimed."""

LOOK_THROUGH = 2_000
"""So many messages of a channel are looked through at most."""

THREAD_NAME_MAX = 90

_UNKNOWN_CHANNEL, _UNKNOWN_MESSAGE, _NO_ACCESS, _NO_PERMISSION = 10003, 10008, 50001, 50013
_THREAD_EXISTS = 160004


class DiscordMessenger:
    """Implements `services.dispatch.Messenger`."""

    def __init__(self, client: TocsinClient, pacer: Pacer, renderer: Renderer) -> None:
        self._client = client
        self._pacer = pacer
        self._renderer = renderer

    async def say(self, delivery: Delivery, telling: Telling) -> Outcome:
        """Post or edit the message."""
        if closed := self._pacer.closed_for():
            return Later(timedelta(seconds=closed))
        view = self._renderer.view(delivery, telling)
        view.stop()  # buttons are known by their ids; discord.py need not remember each message
        try:
            async with asyncio.timeout(SECONDS):
                if delivery.channel_id == MODERATORS:
                    return await self._to_moderators(delivery, telling, view)
                if isinstance(telling, TellAlert) and telling.post_id is not None:
                    return await self._to_thread(delivery, telling, view)
                if delivery.is_edit and delivery.message_id is not None:
                    return await self._edit(delivery.channel_id, delivery.message_id, view)
                return await self._post(delivery, delivery.channel_id, view)
        except TimeoutError:
            return Unclear()

    async def look_up(self, delivery: Delivery, settings: GuildSettings) -> Found:
        """Look for a message with the delivery's nonce in the channel's recent history."""
        if closed := self._pacer.closed_for():
            return Later(timedelta(seconds=closed))
        if not await self._knows(delivery.guild_id):
            return Later()  # an empty history would prove nothing
        worst: Found = Absent()
        async for place in self._places(delivery, settings):
            found = place if isinstance(place, Later) else await self._look_in(place, delivery)
            match found:
                case Sent() | Later() | Closed():
                    return found
                case CannotLook():
                    worst = found
                case Absent():
                    pass
        return worst

    async def _places(
        self, delivery: Delivery, settings: GuildSettings
    ) -> AsyncIterator[int | Later]:
        """Wherever a delivery may stand."""
        if delivery.channel_id == MODERATORS:
            async for place in self._moderator_channels(settings):
                yield place
            return
        if delivery.subject is Subject.NOTE and delivery.message_id is not None:
            yield delivery.message_id  # the thread of a message has its id
        yield delivery.channel_id

    async def _post(
        self,
        delivery: Delivery,
        channel_id: int,
        view: ui.LayoutView,
        reply_to: int | None = None,
    ) -> Outcome:
        roles = [discord.Object(delivery.role_id)] if delivery.role_id else False
        channel = self._client.get_partial_messageable(channel_id, guild_id=delivery.guild_id)
        try:
            if reply_to is not None:
                message = await channel.send(
                    view=view,
                    nonce=delivery.nonce,
                    allowed_mentions=discord.AllowedMentions(roles=roles),
                    reference=discord.MessageReference(
                        message_id=reply_to, channel_id=channel_id, fail_if_not_exists=False
                    ),
                )
            else:
                message = await channel.send(
                    view=view,
                    nonce=delivery.nonce,
                    allowed_mentions=discord.AllowedMentions(roles=roles),
                )
        except _WHAT_DISCORD_DOES as error:
            return _outcome(error, sending=True)
        return Sent(message.id)

    async def _edit(self, channel_id: int, message_id: int, view: ui.LayoutView) -> Outcome:
        channel = self._client.get_partial_messageable(channel_id)
        try:
            message = channel.get_partial_message(message_id)
            await message.edit(view=view, allowed_mentions=discord.AllowedMentions.none())
        except _WHAT_DISCORD_DOES as error:
            return _outcome(error, sending=False)
        return Sent(message_id)

    async def _to_thread(
        self, delivery: Delivery, telling: TellAlert, view: ui.LayoutView
    ) -> Outcome:
        """In the thread of the alert's message; without leave for threads, as a reply to it."""
        post_id = telling.post_id
        if post_id is None:
            return Deleted()
        outcome = await self._post(delivery, post_id, view)  # a message's thread has its id
        if not isinstance(outcome, Closed):
            return outcome
        made = await self._make_thread(delivery.channel_id, post_id, telling)
        if made is None:
            outcome = await self._post(delivery, post_id, view)
            if not isinstance(outcome, Closed):
                return outcome
        elif not isinstance(made, Closed):
            return made
        # No thread, or a locked one: that says nothing against the channel.
        return await self._post(delivery, delivery.channel_id, view, reply_to=post_id)

    async def _make_thread(
        self, channel_id: int, post_id: int, telling: TellAlert
    ) -> Outcome | None:
        name = self._renderer.thread_name(telling)[:THREAD_NAME_MAX]
        try:
            await self._client.http.start_thread_with_message(
                channel_id, post_id, name=name, auto_archive_duration=10080
            )
        except _WHAT_DISCORD_DOES as error:
            if isinstance(error, discord.HTTPException) and error.code == _THREAD_EXISTS:
                return None
            outcome = _outcome(error, sending=False)
            return Later() if isinstance(outcome, Unclear) else outcome
        return None

    async def _to_moderators(
        self, delivery: Delivery, telling: Telling, view: ui.LayoutView
    ) -> Outcome:
        outcome: Outcome = Closed(DiscordFault("delivery.closed.nobody"))
        async for place in self._moderator_channels(telling.settings):
            if isinstance(place, Later):
                return place
            outcome = await self._post(delivery, place, view)
            if not isinstance(outcome, Closed):
                return outcome
        return outcome

    async def _moderator_channels(self, settings: GuildSettings) -> AsyncIterator[int | Later]:
        """Review channel, else system channel, else the one who set the bot up; `Later` where it
        cannot be found out just now."""
        if settings.review_channel_id is not None:
            yield settings.review_channel_id
        if not await self._knows(settings.guild_id):
            yield Later()
        guild = self._client.get_guild(settings.guild_id)
        if guild is not None and guild.system_channel is not None:
            yield guild.system_channel.id
        if settings.set_up_by is not None:
            try:
                channel = await self._client.create_dm(discord.Object(settings.set_up_by))
            except _WHAT_DISCORD_DOES as error:
                outcome = _outcome(error, sending=False)
                if isinstance(outcome, Later | Unclear):
                    yield outcome if isinstance(outcome, Later) else Later()
                return
            yield channel.id

    async def _knows(self, guild_id: int) -> bool:
        """Wait a little, as after a start, until the guild has been described to us."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self._client.learn_of(guild_id)
        except TimeoutError:
            return False
        return True

    async def _look_in(self, channel_id: int, delivery: Delivery) -> Found:
        if not self._may_read_history(delivery, channel_id):
            return CannotLook()
        since = (delivery.claimed_at or delivery.next_at) - LOOK_BACK
        channel = self._client.get_partial_messageable(channel_id)
        looked = 0
        try:
            async for message in channel.history(limit=LOOK_THROUGH, after=since):
                looked += 1
                if delivery.nonce in _nonces(message.components):
                    return Sent(message.id)
        except _WHAT_DISCORD_DOES as error:
            outcome = _outcome(error, sending=False)
            if isinstance(outcome, Closed) and channel_id != delivery.channel_id:
                return Absent()  # the thread was never made, or a fallback is closed
            return outcome if isinstance(outcome, Closed | Later) else Later()
        if looked == 0 and not self._client.hears:
            return Later()  # it may be empty because we may no longer read it
        return CannotLook() if looked >= LOOK_THROUGH else Absent()

    def _may_read_history(self, delivery: Delivery, channel_id: int) -> bool:
        guild = self._client.get_guild(delivery.guild_id)
        in_thread = delivery.subject is Subject.NOTE and channel_id == delivery.message_id
        parent_id = delivery.channel_id if in_thread else channel_id
        channel = guild.get_channel(parent_id) if guild is not None else None
        if guild is None or channel is None:
            return True  # a mail, or no longer ours: the request itself will tell
        return channel.permissions_for(guild.me).read_message_history


_WHAT_DISCORD_DOES = (
    discord.HTTPException,
    discord.RateLimited,
    aiohttp.ClientError,
    OSError,
)


def _outcome(error: Exception, *, sending: bool) -> Outcome:
    match error:
        case discord.RateLimited():
            return Later(timedelta(seconds=error.retry_after))
        case discord.NotFound() if error.code == _UNKNOWN_MESSAGE:
            return Deleted() if not sending else Unclear()
        case discord.NotFound() | discord.Forbidden():
            return Closed(_closed(error.code, error.status))
        case discord.DiscordServerError():
            return Unclear()
        case discord.HTTPException() if error.status in (401, 408, 425, 429) or error.status >= 500:
            return Later()
        case discord.HTTPException():
            reference = secrets.token_hex(4)
            log.error("bug %s: Discord refuses what we say: %s", reference, error)
            return Unsayable(reference)
        case aiohttp.ClientConnectorError():
            return Later()
        case _:
            return Unclear()


def _closed(code: int, status: int) -> DiscordFault:
    key = {
        _UNKNOWN_CHANNEL: "delivery.closed.unknown",
        _NO_ACCESS: "delivery.closed.access",
        _NO_PERMISSION: "delivery.closed.permission",
    }.get(code, "delivery.closed.other")
    return DiscordFault(key, code=code or status)


def _nonces(components: Sequence[object]) -> set[str]:
    """The nonces in the custom ids of a message's components, however deep."""
    found: set[str] = set()
    for component in components:
        custom_id = getattr(component, "custom_id", None)
        if custom_id and (nonce := find_nonce(custom_id)):
            found.add(nonce)
        for name in ("children", "components"):
            found |= _nonces(getattr(component, name, None) or ())
        accessory = getattr(component, "accessory", None)
        if accessory is not None:
            found |= _nonces([accessory])
    return found
