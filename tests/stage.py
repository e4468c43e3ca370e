"""The whole bot in the test's own loop, before a stand-in for Discord and a small website.

No loop runs on its own: `visit` visits every source once and `tell` says what is due, so that tests
neither wait nor guess. Refuses what a correct bot never does: the stand-in fails the test for it.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.app import App, open_app
from bot.catalogue.catalogue import Catalogue
from bot.chat.client import listen, log_in
from bot.clock import Clock
from bot.config import Settings
from bot.i18n import Texts
from tests.fakes import MovableClock
from tests.loaded import loaded
from tests.rss import Item, rss
from tests.standin import Channel, Guild, Interaction, Member, Message, Role, Standin
from tests.website import Website

MANAGE_GUILD = "manage_guild"


@dataclass(slots=True)
class Community:
    """A guild that has been set up: two channels, a moderator, a maker."""

    stage: "Stage"
    guild: Guild
    alerts: Channel
    review: Channel
    moderator: Member
    maker: Member

    async def asks(
        self, who: Member, command: str, options: Mapping[str, Any] | None = None, **more: Any
    ) -> Interaction:
        """A slash command in the alerts channel; the answer must be private."""
        shown = await self.stage.discord.slash(
            self.guild, self.alerts, who, command, options, **more
        )
        assert shown.ephemeral or shown.modal is not None, "an answer that everybody sees"
        await self.stage.tell()
        return shown

    async def decides(self, command: str, options: Mapping[str, Any] | None = None) -> Interaction:
        """The same, by the moderator."""
        return await self.asks(self.moderator, command, options)

    async def watches(
        self, platform: str = "Kilnfolk", *items: Item, path: str = "/feed.xml", **options: Any
    ) -> Interaction:
        """`/source add` for a feed of the website that has these items."""
        self.stage.publish(*items, path=path)
        url = self.stage.site.url(path)
        return await self.decides("source add", {"url": url, "platform": platform, **options})

    async def reads(self, *items: Item, path: str = "/feed.xml") -> None:
        """The feed now has these items, and is visited."""
        self.stage.publish(*items, path=path)
        await self.stage.visit()

    async def role(self, name: str, **options: Any) -> Role:
        """A new role that the bot knows of."""
        role = self.stage.discord.role(self.guild, name, **options)
        client, guild_id = self.stage.app.client, self.guild.id
        await self.stage.discord.until(
            lambda: (known := client.get_guild(guild_id)) and known.get_role(role.id)
        )
        return role

    def member(self, name: str, **options: Any) -> Member:
        """Another member, who speaks the guild's language."""
        options.setdefault("locale", self.guild.locale)
        return self.stage.discord.member(self.guild, name, **options)

    @property
    def told(self) -> list[Message]:
        """What stands where alerts are posted."""
        return self.stage.discord.messages(self.alerts)

    @property
    def cards(self) -> list[Message]:
        """What stands where moderators decide."""
        return self.stage.discord.messages(self.review)

    def thread(self, message: Message) -> list[Message]:
        """What stands in the thread of a message."""
        if message.thread is None:
            return []
        return self.stage.discord.messages(message.thread)


@dataclass(slots=True)
class Stage:
    """The bot, Discord and a website. `clock` stands still until a test moves it."""

    discord: Standin
    site: Website
    clock: MovableClock
    folder: Path
    poll_seconds: int = 900
    data: tuple[Texts, Catalogue] = field(default_factory=loaded)
    _open: AsyncExitStack = field(default_factory=AsyncExitStack)
    _app: App | None = None

    @property
    def app(self) -> App:
        """The bot as it runs now."""
        assert self._app is not None, "the bot is not running"
        return self._app

    async def start(self, clock: Clock | None = None) -> None:
        """Start the bot and wait until it knows its guilds."""
        settings = Settings(
            discord_token=self.discord.token,
            discord_api_base=self.discord.api,
            database_url=f"sqlite+aiosqlite:///{self.folder / 'tocsin.db'}",
            poll_seconds=self.poll_seconds,
            allow_hosts=self.site.netloc,
        )
        self._open = AsyncExitStack()
        app = await self._open.enter_async_context(
            open_app(settings, clock=clock or self.clock, data=self.data)
        )
        await self._open.enter_async_context(app.client)
        app.client._connection.guild_ready_timeout = 0.05
        await log_in(app.client, self.discord.token, self.discord.api, self.discord.gateway_url)
        self.during(listen(app.client))
        await asyncio.wait_for(app.client.wait_until_ready(), 10)
        self._app = app

    def during(self, work: Any) -> None:
        """Let something run beside the test until the bot stops."""
        task = asyncio.ensure_future(work)
        self._open.push_async_callback(_end, task)

    async def stop(self) -> None:
        """Stop the bot in order."""
        self._app = None
        await self._open.aclose()

    async def restart(self) -> None:
        """Stop it and start it again on the same database."""
        await self.stop()
        await self.start()

    async def tell(self) -> None:
        """Say everything that is due."""
        await self.app.dispatcher.run_until_empty()

    async def visit(self) -> None:
        """Visit every watched source once, and say what came of it."""
        async with self.app.services.storage.reading() as work:
            sources = await work.sources.watched()
        for source in sources:
            await self.app.services.poller.visit(source, afresh=True)
        await self.tell()

    def publish(self, *items: Item, path: str = "/feed.xml") -> None:
        """Put a feed with these items on the website."""
        self.site.serve(path, rss(items))

    async def community(
        self,
        name: str = "Makers",
        *,
        locale: str = "en-US",
        review_channel: bool = True,
        **options: Any,
    ) -> Community:
        """A guild in which the moderator has said `/setup`."""
        discord = self.discord
        guild = discord.guild(name, locale=locale)
        alerts = discord.channel(guild, "alerts")
        moderator = discord.member(guild, f"mod of {name}", permissions=MANAGE_GUILD, locale=locale)
        private = {guild.id: ((), "view_channel"), discord.bot: ("view_channel", ())}
        for role_id in moderator.roles:
            private[role_id] = ("view_channel", ())
        review = discord.channel(guild, "review", overwrites=private)
        maker = discord.member(guild, f"maker of {name}", locale=locale)
        community = Community(self, guild, alerts, review, moderator, maker)
        await self.knows(guild)
        wanted: dict[str, Any] = {"channel": alerts}
        if review_channel:
            wanted["review_channel"] = review
        await community.decides("setup", {**wanted, **options})
        return community

    async def knows(self, guild: Guild) -> None:
        """Wait until the bot knows every channel of a guild."""

        def known() -> bool:
            found = self.app.client.get_guild(guild.id)
            return found is not None and len(found.channels) == len(guild.channels)

        await self.discord.until(known)


@asynccontextmanager
async def stage(folder: Path, **options: Any) -> AsyncIterator[Stage]:
    """Everything, opened and closed again; discord.py's class attributes are put back."""
    base, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    async with Standin(answer_within_s=20) as discord, Website() as site:
        made = Stage(discord, site, MovableClock(), folder, **options)
        try:
            await made.start()
            yield made
        finally:
            await made.stop()
            Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = base, yarl.URL(gateway)


async def _end(task: asyncio.Task[Any]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
