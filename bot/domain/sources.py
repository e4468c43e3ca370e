"""An address that is watched: its health, who listens, and when it is visited next.

Pure: `now` and a random number in 0..1 come in as arguments.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.notices import Origin
from bot.domain.pace import USUAL, Pace
from bot.errors import Fault

BACKOFF_CEILING = timedelta(hours=6)
BACKOFF_FACTOR = 16
"""A failing source is still visited after at most so many of its intervals, and at least four
times a day: back-off never becomes silence."""

RETRY_AFTER_CEILING = timedelta(days=1)
"""The longest wait that a server may ask for."""

ASKED_CEILING = timedelta(hours=1)
ASKED_FACTOR = 4
"""What a healthy source says of how long it stays fresh is heard so far, and for so many intervals:
a closing is told within the hour, whatever a cache was told."""

ASLEEP_FACTOR = 24
"""Hours and days to be left alone are kept for so many intervals, and six hours, at most."""

SPREAD = 0.2
"""So much of an interval is left to chance, so that sources do not march in step."""


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
    `told_count` counts those tellings. `told_move`: the address to which moderators were
    last told that it has moved. `trial_since`: what is read does not speak yet, see `is_on_trial`.
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
    told_move: str | None = None
    trial_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class HealthChange:
    """From when on a source was as it was, and why."""

    at: datetime
    health: Health
    fault: Fault | None


def next_poll(
    now: datetime,
    bounds: PollBounds,
    *,
    failures: int,
    retry_after: timedelta | None,
    chance: float,
    fresh: timedelta | None = None,
    pace: Pace = USUAL,
) -> datetime:
    """When to visit again. Healthy: as its rhythm and its wishes have it, within the bounds.
    Failing: doubled each time.

    `fresh`: for how long the answer says that it stays as it is. `chance` in 0..1 spreads visits.
    """
    longest, shortest = bounds.every, min(bounds.minimum, bounds.every)
    if failures == 0 and retry_after is None:
        asked = max(filter(None, (fresh, pace.ttl)), default=timedelta(0))
        asked = min(asked, longest * ASKED_FACTOR, max(ASKED_CEILING, longest))
        interval = pace.interval(shortest, longest)
        if asked > interval:
            at = now + asked * (1 + 0.1 * chance)
        else:
            at = now + interval - (interval - max(shortest, interval * (1 - SPREAD))) * chance
        return pace.awake(at, min(longest * ASLEEP_FACTOR, max(BACKOFF_CEILING, longest)))
    ceiling = max(min(longest * BACKOFF_FACTOR, BACKOFF_CEILING), longest)
    wait = min(longest * float(2 ** min(failures, 12)), ceiling) if failures else longest
    if retry_after is not None and (asked := min(retry_after, RETRY_AFTER_CEILING)) > wait:
        return now + asked * (1 + 0.1 * chance)
    floor = max(longest, min(retry_after or longest, RETRY_AFTER_CEILING))
    return now + wait - (wait - floor) * chance


@dataclass(frozen=True, slots=True)
class Source:
    """One watched address and what is known of its last visits.

    `raw_hash` is of the last body as received, `seen` the packed hashes of its items. `read_at` is
    when it was last read successfully; `fault` says why its health is not `ok`; `awaited`: somebody
    who began to listen has not been offered yet what it said lately. `pace`: how often it wants to
    be visited, and speaks. `moved_to`: where it sends visitors for good, since when, and how many
    visits have met that (counted as far as it matters).
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
    moved_since: datetime | None = None
    moved_visits: int = 0
    awaited: bool = False
    kind: SourceKind = SourceKind.FEED
    pace: Pace = USUAL

    @property
    def move_number(self) -> int:
        """By which a move is told from an earlier one: the minute in which it was first met."""
        return int(self.moved_since.timestamp() // 60) if self.moved_since else 0
