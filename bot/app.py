"""Composition root: opens everything in order and closes it in reverse. Owns loops, pools and the
clock; decides nothing."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from bot.catalogue.catalogue import Catalogue
from bot.chat.client import TocsinClient, listen, log_in
from bot.chat.messenger import DiscordMessenger
from bot.chat.pacing import Pacer
from bot.chat.render import Renderer
from bot.chat.translator import CommandTranslator
from bot.clock import Clock, SystemClock
from bot.config import Settings
from bot.domain.heartbeat import OUTBOX, VISITS
from bot.domain.sources import PollBounds
from bot.errors import BadSetting, DatabaseFault, Fault
from bot.i18n import Texts
from bot.ingest.addresses import AllowHosts
from bot.ingest.fetching import Fetcher
from bot.ingest.reading import FeedReader
from bot.services.dispatch import Dispatcher
from bot.services.heart import Heart
from bot.services.services import Services, make_services
from bot.services.turns import Turns
from bot.storage.database import open_storage
from bot.storage.heartbeat import heartbeat_file
from bot.workers import PollWorker, for_ever, upkeep

log = logging.getLogger(__name__)

DATA = Path(__file__).parent.parent / "data"

COGS = (
    "cogs.setup",
    "cogs.settings",
    "cogs.follow",
    "cogs.platform",
    "cogs.source",
    "cogs.moved",
    "cogs.review",
    "cogs.incident",
    "cogs.alerts",
    "cogs.checklist",
    "cogs.report",
    "cogs.status",
)


@dataclass(frozen=True, slots=True)
class App:
    """Everything, opened. `client` is not yet connected and no loop runs."""

    services: Services
    client: TocsinClient
    dispatcher: Dispatcher
    poll_worker: PollWorker
    heart: Heart
    clock: Clock

    async def run_loops(self) -> None:
        """Poll, dispatch and keep up, for ever."""
        try:
            async with asyncio.TaskGroup() as group:
                for name, run in (
                    ("the visits to sources", self.poll_worker.run),
                    ("the outbox", self.dispatcher.run),
                    ("upkeep", self._upkeep),
                ):
                    group.create_task(for_ever(name, self.clock, run))
        finally:
            self.heart.stop()

    async def _upkeep(self) -> None:
        await upkeep(self.services.storage, self.services.poller, self.clock, self._beat)

    async def _beat(self) -> None:
        self.heart.beat(connected=self.client.hears)


def load_data(folder: Path = DATA) -> tuple[Texts, Catalogue]:
    """All of `data/`. Raises `BadCatalogue` with every fault."""
    texts = Texts.load(folder / "locales")
    return texts, Catalogue.load(folder)


@asynccontextmanager
async def open_app(
    settings: Settings,
    *,
    clock: Clock | None = None,
    data: tuple[Texts, Catalogue] | None = None,
) -> AsyncIterator[App]:
    """Open everything. `data`: other sentences and platforms than those of `data/`, as in a demo.

    Raises `BadCatalogue`, `BadSetting` or `DatabaseFault`.
    """
    clock = clock or SystemClock()
    texts, catalogue = data or load_data()
    allow = AllowHosts.parse(settings.allow_hosts)
    async with AsyncExitStack() as stack:
        storage = await open_storage(settings.database_url)
        stack.push_async_callback(storage.close)
        fetcher = await stack.enter_async_context(
            Fetcher(user_agent=user_agent(settings), allow_hosts=allow)
        )
        reader = await stack.enter_async_context(FeedReader())
        sources_changed = asyncio.Event()
        services = make_services(
            clock=clock,
            texts=texts,
            catalogue=catalogue,
            storage=storage,
            fetcher=fetcher,
            reader=reader,
            allow=allow,
            sources_per_guild=settings.sources_per_guild,
            bounds=PollBounds(
                timedelta(seconds=settings.poll_seconds),
                timedelta(seconds=settings.poll_min_seconds),
            ),
            sources_changed=sources_changed.set,
        )
        heart = Heart(clock, heartbeat_file(settings.database_url))
        poll_worker = PollWorker(
            storage,
            services.poller,
            clock,
            sources_changed,
            Turns(timedelta(seconds=settings.poll_seconds), allow),
            heart.hears_from(VISITS),
        )
        stack.push_async_callback(services.poller.flush)
        pacer = Pacer()

        one_by_one = asyncio.Lock()  # at start every guild is told of, at the same time

        async def permissions_changed(guild_id: int) -> None:
            try:
                async with one_by_one, storage.reading() as work:
                    if not await work.outbox.has_stopped(guild_id):
                        return
                async with storage.unit_of_work() as work:
                    await work.outbox.try_again(guild_id, clock.now())
            except DatabaseFault as fault:
                log.error("channels of guild %s are not tried again yet: %s", guild_id, fault)

        client = TocsinClient(services, COGS, pacer, CommandTranslator(texts), permissions_changed)
        messenger = DiscordMessenger(client, pacer, Renderer(texts, catalogue, clock))
        dispatcher = Dispatcher(storage, messenger, clock, heart.hears_from(OUTBOX))
        await dispatcher.recover()
        await services.following.sync_catalogue()
        yield App(services, client, dispatcher, poll_worker, heart, clock)


async def run(settings: Settings) -> None:
    """The bot, until it is cancelled. Raises `Fault` for what keeps it from running."""
    if settings.discord_token is None:
        raise BadSetting((Fault("settings.no_token"),))
    if settings.poll_seconds < 60:
        log.warning(
            "TOCSIN_POLL_SECONDS is %d: so many visits are impolite outside of tests",
            settings.poll_seconds,
        )
    async with open_app(settings) as app, app.client:
        base = settings.discord_api_base if settings.has_own_api else None
        await log_in(app.client, settings.discord_token, base, settings.discord_gateway_url)
        async with asyncio.TaskGroup() as group:
            # Visits and sending need no gateway; what needs to know the guilds waits for them.
            loops = group.create_task(app.run_loops())
            group.create_task(asyncio.to_thread(app.services.catalogue.detector.prepare))
            greeting = group.create_task(_greet(app))
            await listen(app.client)
            loops.cancel()
            greeting.cancel()


async def _greet(app: App) -> None:
    await app.client.wait_until_ready()
    log.info("ready in %d guilds", len(app.client.guilds))


def user_agent(settings: Settings) -> str:
    """An honest name, with a contact where the operator gives one."""
    contact = settings.user_agent_contact
    return f"Tocsin/{version_number()} ({f'+{contact}' if contact else 'feed reader'})"


def version_number() -> str:
    """Which Tocsin this is; 0 where it runs without having been installed."""
    try:
        return version("tocsin")
    except PackageNotFoundError:
        return "0"
