"""All that Tocsin can do, in one value: what the cogs are handed."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.catalogue.catalogue import Catalogue
from bot.clock import Clock
from bot.domain.sources import PollBounds
from bot.i18n import Texts
from bot.ingest.addresses import AllowHosts
from bot.ingest.fetching import Fetcher
from bot.ingest.reading import FeedReader
from bot.services.adding import Adding
from bot.services.channels import Channels
from bot.services.checklists import Checklists
from bot.services.discovery import Discovery
from bot.services.following import Following
from bot.services.moving import Moving
from bot.services.paging import Paging
from bot.services.platforms import Platforms
from bot.services.poll import Poller
from bot.services.reporting import Reporting
from bot.services.resting import Rests
from bot.services.robots import Robots
from bot.services.settings import GuildSetup
from bot.services.status import Status
from bot.services.transfer import Transfer
from bot.services.triage import Triage
from bot.services.trying import Trying
from bot.services.watching import MOST_SOURCES, Watching
from bot.storage.database import Storage


@dataclass(frozen=True, slots=True)
class Services:
    """One of each use case."""

    clock: Clock
    texts: Texts
    catalogue: Catalogue
    storage: Storage
    setup: GuildSetup
    following: Following
    platforms: Platforms
    watching: Watching
    adding: Adding
    trying: Trying
    transfer: Transfer
    triage: Triage
    checklists: Checklists
    reporting: Reporting
    channels: Channels
    status: Status
    poller: Poller
    moving: Moving


def make_services(
    *,
    clock: Clock,
    texts: Texts,
    catalogue: Catalogue,
    storage: Storage,
    fetcher: Fetcher,
    reader: FeedReader,
    allow: AllowHosts,
    bounds: PollBounds,
    sources_changed: Callable[[], None],
    sources_per_guild: int = MOST_SOURCES,
) -> Services:
    """Put the use cases together. `sources_changed` wakes the worker that visits sources."""
    detector = catalogue.detector
    rests = Rests(clock, allow)
    robots = Robots(fetcher, clock, rests)
    paging = Paging(storage, fetcher, reader, catalogue, clock, robots, rests)
    poller = Poller(storage, fetcher, reader, paging, rests, catalogue, clock, bounds)
    discovery = Discovery(fetcher, reader, robots)
    watching = Watching(
        storage, catalogue, poller, clock, allow, sources_changed, sources_per_guild
    )
    return Services(
        clock=clock,
        texts=texts,
        catalogue=catalogue,
        storage=storage,
        setup=GuildSetup(storage, clock),
        following=Following(storage, catalogue, clock, sources_changed),
        platforms=Platforms(storage, catalogue, clock),
        watching=watching,
        adding=Adding(watching, discovery, clock),
        trying=Trying(watching, discovery, detector, clock),
        transfer=Transfer(watching, reader, catalogue, clock),
        triage=Triage(storage, catalogue, clock),
        checklists=Checklists(storage, catalogue, clock),
        reporting=Reporting(storage, catalogue, detector, discovery, clock, allow),
        channels=Channels(storage, clock),
        status=Status(storage, clock),
        poller=poller,
        moving=Moving(storage, clock, allow, sources_changed),
    )
