"""Asks Discord about the bot's account and its communities, by REST alone: no gateway,
nothing said, nothing changed. `Examination` implements `services.doctor_discord.Discord`."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import discord

from bot.chat.client import LONGEST_WAIT, log_in, paced
from bot.chat.pacing import Pacer
from bot.domain.permissions import ALERTS, MENTION
from bot.errors import DiscordFault
from bot.services.doctor_discord import Account, ChannelSeen, GuildSeen

SECONDS = 30.0
"""What one question may take, with all that discord.py tries again."""

PER_SECOND = 10.0
"""Of Discord's 50 requests a second for a token: the bot may be running on the same one."""

_ASKED_ABOUT = (*ALERTS, MENTION)


class Examination:
    """One look at Discord; made by `examination`."""

    def __init__(
        self, client: discord.Client, token: str, base: str | None, gateway: str | None
    ) -> None:
        self._client = client
        self._token = token
        self._base = base
        self._gateway = gateway

    async def account(self) -> Account:
        """Log in and look at the bot's account. Raises `DiscordFault`."""
        client = self._client
        async with _answered():
            await log_in(client, self._token, self._base, self._gateway)
            application, user = client.application, client.user
            if application is None or user is None:
                raise DiscordFault("discord.token")
            guilds = {each.id: each.name async for each in client.fetch_guilds(limit=None)}
            commands = await client.http.get_global_commands(application.id)
            _, _, starts = await client.http.get_bot_gateway()
        return Account(
            name=user.name,
            guilds=guilds,
            intents=_privileged(application.flags),
            endpoint=application.interactions_endpoint_url,
            code_grant=application.bot_require_code_grant,
            commands=len(commands),
            starts=starts["remaining"],
        )

    async def guild(self, guild_id: int) -> GuildSeen | None:
        """A community as it is now; None where the bot is not. Raises `DiscordFault`."""
        async with _answered():
            try:
                guild = await self._client.fetch_guild(guild_id, with_counts=False)
                channels = await guild.fetch_channels()
                me = await guild.fetch_member(self._client.user.id if self._client.user else 0)
            except (discord.NotFound, discord.Forbidden):
                return None
        return GuildSeen(
            name=guild.name,
            channels={channel.id: _seen(channel, guild, me) for channel in channels},
            mentionable={role.id: role.mentionable for role in guild.roles},
            timed_out=me.is_timed_out(),
        )


@asynccontextmanager
async def examination(
    token: str, base: str | None, gateway: str | None
) -> AsyncIterator[Examination]:
    """Discord, to be asked. `base` and `gateway` as for `log_in`."""
    client = discord.Client(
        intents=discord.Intents(guilds=True),
        max_ratelimit_timeout=LONGEST_WAIT,
        http_trace=paced(Pacer(PER_SECOND)),
    )
    async with client:
        yield Examination(client, token, base, gateway)


@asynccontextmanager
async def _answered() -> AsyncIterator[None]:
    """One question and its answer; what keeps the answer away is a `DiscordFault`."""
    try:
        async with asyncio.timeout(SECONDS):
            yield
    except TimeoutError:
        raise DiscordFault("discord.silent", seconds=SECONDS) from None
    except discord.GatewayNotFound:
        raise DiscordFault("discord.refused", status=404) from None
    except discord.RateLimited:
        raise DiscordFault("discord.refused", status=429) from None
    except discord.HTTPException as error:
        raise DiscordFault("discord.refused", status=error.status) from None
    except (aiohttp.ClientError, OSError) as error:
        detail = str(error) or type(error).__name__
        raise DiscordFault("discord.unreachable", detail=detail) from None


def _privileged(flags: discord.ApplicationFlags) -> tuple[str, ...]:
    switched_on = {
        "message_content": flags.gateway_message_content or flags.gateway_message_content_limited,
        "members": flags.gateway_guild_members or flags.gateway_guild_members_limited,
        "presence": flags.gateway_presence or flags.gateway_presence_limited,
    }
    return tuple(name for name, is_on in switched_on.items() if is_on)


def _seen(
    channel: discord.abc.GuildChannel, guild: discord.Guild, me: discord.Member
) -> ChannelSeen:
    # Channels' own method takes what nobody can use without View Channel for missing, too.
    granted = discord.abc.GuildChannel.permissions_for(channel, me)
    return ChannelSeen(
        name=channel.name,
        granted=frozenset(name for name in _ASKED_ABOUT if getattr(granted, name)),
        public=channel.permissions_for(guild.default_role).view_channel,
        takes_messages=isinstance(channel, discord.abc.Messageable),
    )
