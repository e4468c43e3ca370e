"""An address that is watched: its health, who listens, and when it is visited next.

Pure: `now` and a random number in 0..1 come in as arguments.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.notices import Origin
from bot.errors import Fault

BACKOFF_CEILING = timedelta(hours=6)
BACKOFF_FACTOR = 16
"""A failing source is still visited after at most so many of its intervals, and at least four
times a day: back-off never becomes silence."""

RETRY_AFTER_CEILING = timedelta(days=1)
"""The longest wait that a server may ask for."""


class Health(StrEnum):
    """Whether a source can be read. Only what was read says anything about a platform."""

    NEW = "new"  # never visited
    OK = "ok"
    SLOW = "slow"  # too slow, overloaded or asking us to wait: 429, 5xx, time-outs
    BLIND = "blind"  # 401, 403, captcha, challenge, consent wall
    BROKEN = "broken"  # cannot be read as a feed
    MOVED = "moved"  # redirected for good, or to where Tocsin must not go
    GONE = "gone"  # 410, 404 for long, no such host

    @property
    def speaks(self) -> bool:
        """Whether entries can be read from it."""
        return self in (Health.OK, Health.NEW)


class SourceKind(StrEnum):
    """What stands at a source's address, and so how it is read."""

    FEED = "feed"  # RSS, Atom or JSON Feed
    PAGE = "page"
    LIST = "list"
    ZENDESK = "zendesk"  # a help centre's articles
    STATUSPAGE = "statuspage"  # outages: never by itself the word that something closes
    DISCOURSE = "discourse"  # a forum, where many speak
    WORDPRESS = "wordpress"


@dataclass(frozen=True, slots=True)
class Validators:
    """ETag and Last-Modified, kept for the next poll."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class PollBounds:
    """`every`: a healthy feed is visited at least this often; `minimum`: never more often."""

    every: timedelta
    minimum: timedelta


@dataclass(frozen=True, slots=True)
class Watcher:
    """Who listens to a source: a guild, or the operator (`guild_id` None).

    `platform` is the key of the platform it is watched for; `origin` what its words count as
    (None: decided by the registered domains). `baselined_at` is None before the first read.
    `told_health` is the trouble that moderators were last told of (None: all is well);
    `told_count` counts those tellings.
    """

    id: int
    source_id: int
    guild_id: int | None
    name: str
    platform: str
    platform_name: str
    origin: Origin | None
    baselined_at: datetime | None
    paused: bool = False
    told_health: Health | None = None
    told_count: int = 0


def next_poll(
    now: datetime,
    bounds: PollBounds,
    *,
    failures: int,
    retry_after: timedelta | None,
    chance: float,
) -> datetime:
    """When to visit again. Healthy: `every` less up to a tenth. Failing: doubled each time.

    `chance` in 0..1 spreads visits so that sources do not march in step.
    """
    every = max(bounds.every, min(bounds.minimum, bounds.every))
    if failures == 0 and retry_after is None:
        return now + every * (1 - 0.1 * chance)
    ceiling = max(min(every * BACKOFF_FACTOR, BACKOFF_CEILING), every)
    wait = min(every * float(2 ** min(failures, 12)), ceiling)
    if retry_after is not None:
        wait = max(wait if failures else every, min(retry_after, RETRY_AFTER_CEILING))
    return now + wait * (1 + 0.1 * chance)


@dataclass(frozen=True, slots=True)
class Source:
    """One watched address and what is known of its last visits.

    `raw_hash` is of the last body as received, `seen` the packed hashes of its items. `read_at` is
    when it was last read successfully; `fault` says why its health is not `ok`; `awaited`: somebody
    who began to listen has not been offered yet what it said lately.
    """

    id: int
    url: str
    validators: Validators
    raw_hash: bytes | None
    seen: bytes
    health: Health
    health_since: datetime
    fault: Fault | None
    failures: int
    next_poll_at: datetime
    polled_at: datetime | None
    read_at: datetime | None
    moved_to: str | None = None
    awaited: bool = False
    kind: SourceKind = SourceKind.FEED
