"""The Discord client: minimal intents, no member cache, and one place for its global settings.

Starts no loops: those belong to `app`. Errors of commands are answered in the cogs.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from types import SimpleNamespace
from typing import Literal

import aiohttp
import discord
import yarl
from discord import app_commands
from discord.backoff import ExponentialBackoff
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.chat.pacing import Pacer
from bot.errors import DiscordFault

log = logging.getLogger(__name__)

_ASK_AGAIN = 0.5
"""Seconds after which what does not end is asked to end again."""

_UNCOUNTED = re.compile(r"/(interactions|webhooks)/")
"""Answers to people: not under the limit of the token (docs: interactions, receiving)."""

LONGEST_WAIT = 30.0
"""Seconds that discord.py may wait: for a rate limit, beyond which the outbox waits instead; and
between two tries to reconnect."""


class TocsinClient(commands.Bot):
    """Speaks with Discord for `services`, an object that the cogs know."""

    def __init__(
        self,
        services: object,
        extensions: Sequence[str],
        pacer: Pacer,
        translator: app_commands.Translator | None = None,
        permissions_changed: Callable[[int], Awaitable[None]] | None = None,
    ) -> None:
        intents = discord.Intents.none()
        intents.guilds = True
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=intents,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=LONGEST_WAIT,
            http_trace=paced(pacer),
        )
        self.services = services
        self._wanted = tuple(extensions)
        self._translator = translator
        self._permissions_changed = permissions_changed
        self._heard = False
        self._learned = asyncio.Event()

    @property
    def hears(self) -> bool:
        """Whether changes reach us, so that what we know of guilds and permissions is true now."""
        return self._heard

    def knows(self, guild_id: int) -> bool:
        """Whether this guild has been described to us, or we are certainly not in it."""
        guild = self.get_guild(guild_id)
        return self.is_ready() if guild is None else not guild.unavailable

    async def learn_of(self, guild_id: int) -> None:
        """Wait until we know of a guild; it may take for ever."""
        while not self.knows(guild_id):
            self._learned.clear()
            await self._learned.wait()

    async def setup_hook(self) -> None:
        """Load the cogs and register the commands globally."""
        for name in self._wanted:
            await self.load_extension(name)
        if self._translator is not None:
            await self.tree.set_translator(self._translator)
        try:
            await self.tree.sync()
        except discord.HTTPException as error:
            # The commands of the last start still stand; the bot must ring all the same.
            log.warning("the commands could not be registered: %s", error)

    async def on_connect(self) -> None:
        """A new session: all guilds are described anew."""
        self._heard = True

    async def on_ready(self) -> None:
        """All guilds have been described, or are unavailable."""
        self._learned.set()

    async def on_resumed(self) -> None:
        """An old session: what was missed has been told."""
        self._heard = True

    async def on_disconnect(self) -> None:
        """Permissions may change unheard."""
        self._heard = False

    async def on_guild_channel_update(
        self, _before: discord.abc.GuildChannel, after: discord.abc.GuildChannel
    ) -> None:
        """A channel's permissions may have changed."""
        await self._changed(after.guild.id)

    async def on_guild_role_update(self, _before: discord.Role, after: discord.Role) -> None:
        """A role's permissions may have changed."""
        await self._changed(after.guild.id)

    async def on_member_update(self, _before: discord.Member, after: discord.Member) -> None:
        """The bot's own roles may have changed."""
        if self.user is not None and after.id == self.user.id:
            await self._changed(after.guild.id)

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """A guild is back: what waited for it is tried."""
        self._learned.set()
        await self._changed(guild.id)

    async def _changed(self, guild_id: int) -> None:
        if self._permissions_changed is not None:
            await self._permissions_changed(guild_id)


async def log_in(client: discord.Client, token: str, base: str | None, gateway: str | None) -> None:
    """Log in at `base` (None: Discord's own) and find the gateway's address.

    Raises `DiscordFault`: wrong token, unreachable.
    """
    if base is not None:
        Route.BASE = base
    discord.client.ExponentialBackoff = _Backoff  # type: ignore[attr-defined, assignment]
    try:
        await client.login(token)
        if gateway is None and base is not None:
            found = await client.http.request(Route("GET", "/gateway/bot"))
            gateway = found["url"]
    except discord.LoginFailure:
        raise DiscordFault("discord.token") from None
    except discord.HTTPException as error:
        raise DiscordFault("discord.refused", status=error.status) from None
    except (aiohttp.ClientError, OSError, TimeoutError, KeyError, TypeError) as error:
        raise DiscordFault(
            "discord.unreachable", detail=str(error) or type(error).__name__
        ) from None
    if gateway is not None:
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)


async def listen(client: TocsinClient) -> None:
    """Stay connected until closed. Raises `DiscordFault` where Discord refuses us for good."""
    connected = asyncio.create_task(client.connect(reconnect=True))
    try:
        await asyncio.wait({connected})
    finally:
        # Until Python 3.12 `wait_for`, by which a connection is made, may swallow a request to end:
        # https://github.com/python/cpython/issues/86296. So it is repeated.
        while not connected.done():
            connected.cancel()
            await asyncio.wait({connected}, timeout=_ASK_AGAIN)
    try:
        connected.result()
    except discord.ConnectionClosed as error:
        raise DiscordFault("discord.closed", code=error.code) from None
    except (discord.GatewayNotFound, discord.PrivilegedIntentsRequired) as error:
        raise DiscordFault("discord.unreachable", detail=str(error)) from None


def paced(pacer: Pacer) -> aiohttp.TraceConfig:
    """Lets every request of a client wait for its turn, and counts what was refused."""

    async def starts(
        _session: aiohttp.ClientSession,
        _context: SimpleNamespace,
        params: aiohttp.TraceRequestStartParams,
    ) -> None:
        # Here, where discord.py's own retries and the end of its waiting for a bucket pass, too.
        if params.url.scheme in ("http", "https") and not _UNCOUNTED.search(params.url.path):
            await pacer.turn()

    async def ended(
        _session: aiohttp.ClientSession,
        _context: SimpleNamespace,
        params: aiohttp.TraceRequestEndParams,
    ) -> None:
        pacer.answered(params.response.status)

    trace = aiohttp.TraceConfig()
    trace.on_request_start.append(starts)
    trace.on_request_end.append(ended)
    return trace


class _Backoff(ExponentialBackoff[Literal[False]]):
    """discord.py lets up to a quarter of an hour pass between its tries to reconnect; too long for
    an alarm. It offers no setting for that, only the name under which it finds this class."""

    def delay(self) -> float:
        return min(super().delay(), LONGEST_WAIT)
