"""One telling of the story from its beginning: clock, world, bot and stage, opened and closed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.localtime import get_localzone

from bot.app import DATA, App, open_app
from bot.catalogue.catalogue import Catalogue
from bot.catalogue.platforms import load_platforms
from bot.chat.client import TocsinClient
from bot.clock import SystemClock
from bot.config import Settings
from bot.demo.clock import StoryClock
from bot.demo.scenery import Channel, Scenery, Somebody
from bot.demo.stage import Stage, open_stage
from bot.demo.story import Act, Story, filled, moment
from bot.demo.witness import Witness
from bot.demo.world import Entry, World, open_world
from bot.domain.platforms import Certainty, Platform
from bot.i18n import Texts

POLL_SECONDS = 1
BEFORE = timedelta(days=3)
"""So long before the story the feeds were last written to."""

EARLY = timedelta(minutes=10)
"""So long before the first act the curtain rises."""


@dataclass(slots=True)
class Bot:
    """The real bot, which can be ended and started again on what it has kept."""

    settings: Settings
    clock: StoryClock
    data: tuple[Texts, Catalogue]
    _app: App | None = None
    _open: AsyncExitStack | None = None

    @property
    def app(self) -> App:
        """The bot as it runs now. Raises `RuntimeError` while it does not."""
        if self._app is None:
            raise RuntimeError("the bot does not run")
        return self._app

    async def begin(self) -> App:
        """Open everything; it speaks with nobody yet."""
        stack = AsyncExitStack()
        self._app = await stack.enter_async_context(
            open_app(self.settings, clock=self.clock, data=self.data)
        )
        stack.push_async_callback(self._app.client.close)
        self._open = stack
        return self._app

    def run(self) -> None:
        """Visit sources and say what is due, until the end."""
        if self._open is not None:
            loops = asyncio.create_task(self.app.run_loops())
            self._open.push_async_callback(_end, loops)

    async def end(self) -> None:
        """Stop and close everything, in order."""
        stack, self._open, self._app = self._open, None, None
        if stack is not None:
            await stack.aclose()


@dataclass(slots=True)
class Staging:
    """Everything of one telling. `first_day` is the story's today."""

    story: Story
    texts: Texts
    clock: StoryClock
    world: World
    bot: Bot
    stage: Stage
    witness: Witness
    first_day: date
    zone: ZoneInfo

    def begin(self, act: Act) -> None:
        """The clock goes on to when `act` happens; never back."""
        self.clock.move_to(moment(act, self.first_day, self.zone))

    def words(self, text: str) -> str:
        """A text of the story with its dates in words."""
        return filled(text, self.first_day, self.texts, self.story.language)

    async def restart(self) -> None:
        """The bot ends and begins again on the same database."""

        async def begin() -> TocsinClient:
            return (await self.bot.begin()).client

        await self.stage.restart(self.bot.end, begin)
        self.witness.services = self.bot.app.services
        self.bot.run()


@asynccontextmanager
async def open_staging(story: Story, texts: Texts, catalogue: Catalogue) -> AsyncIterator[Staging]:
    """The curtain rises: nothing has been told yet."""
    zone = local_zone()
    first_day = SystemClock().now().astimezone(zone).date()
    clock = StoryClock(moment(story.acts[0], first_day, zone) - EARLY)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="tocsin-demo-")))
        world = await stack.enter_async_context(open_world(story.feeds))
        for post in story.before:
            text = filled(post.text, first_day, texts, story.language)
            world.publish(post.feed, Entry("earlier", post.title, text, clock.now() - BEFORE))
        settings = Settings(
            database_url=f"sqlite+aiosqlite:///{folder / 'tocsin.db'}",
            poll_seconds=POLL_SECONDS,
            poll_min_seconds=POLL_SECONDS,
            allow_hosts=world.netloc,
        )
        bot = Bot(settings, clock, (texts, as_of_that_morning(catalogue, story, world)))
        app = await bot.begin()
        stack.push_async_callback(bot.end)
        stage = await stack.enter_async_context(
            open_stage(app.client, clock, _scenery(story, zone, texts))
        )
        bot.run()
        people = {stage.member_id(each.key): (each.key, each.name) for each in story.people}
        names = {world.url(feed.key): feed.name for feed in story.feeds}
        witness = Witness(app.services, stage.guild_id, clock.now(), people, names)
        yield Staging(story, texts, clock, world, bot, stage, witness, first_day, zone)


def as_of_that_morning(catalogue: Catalogue, story: Story, world: World) -> Catalogue:
    """The catalogue before the story: its platforms are open, and only its feeds are visited."""
    feeds = {feed.platform: world.url(feed.key) for feed in story.feeds if feed.platform}
    played = {platform.slug: platform for platform in load_platforms(DATA / "demo" / "platforms")}
    return Catalogue(
        tuple(
            _watched_at(played.get(platform.slug, platform), feeds.get(platform.slug))
            for platform in catalogue.platforms
        ),
        catalogue.templates,
        catalogue.lexicons,
        catalogue.weights,
    )


def local_zone() -> ZoneInfo:
    """The machine's time zone; UTC where it has no name."""
    try:
        return ZoneInfo(getattr(get_localzone(), "key", None) or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def _watched_at(platform: Platform, url: str | None) -> Platform:
    if url is None:
        return replace(platform, sources=())
    # What the demo serves itself need not be verified first.
    served = (replace(each, url=url, certainty=Certainty.SEEN) for each in platform.sources)
    return replace(platform, sources=tuple(served))


def _scenery(story: Story, zone: ZoneInfo, texts: Texts) -> Scenery:
    return Scenery(
        guild=story.guild,
        moderators=story.moderators,
        people=tuple(Somebody(each.key, each.name, each.moderates) for each in story.people),
        channels=tuple(
            Channel(each.key, each.name, each.topic, each.private) for each in story.channels
        ),
        language=story.language,
        zone=zone.key,
        style=DATA / "demo" / "frame.css",
        portraits=DATA / "demo" / "portraits",
        words={word: texts.get(story.language, f"demo.frame.{key}") for key, word in FRAME.items()},
    )


FRAME = {
    "only_you": "Only you can see this",
    "empty": "No messages in this channel.",
    "older": "Load earlier messages",
    "newest": "New messages · jump to latest",
    "edited": "(edited)",
    "used": " used `",
    "matching": "OPTIONS MATCHING",
    "more": '"more" : "options"',
}
"""Words of simcord's picture that people read, and the keys of what we say instead."""


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
