"""What a visit makes of a source: its next state, and whether moderators are told. Pure."""

from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from operator import attrgetter

from bot.domain.pace import Pace
from bot.domain.sources import Health, PollBounds, Source, Validators, Watcher, next_poll
from bot.errors import Fault

TOLD_AFTER = 3
"""A source that fails is told of after so many visits in a row: one hiccup is no news."""

GONE_AFTER = timedelta(days=3)
"""An address that answers "not found" for so long counts as gone."""

OFFERED = timedelta(days=30)
"""At a watcher's first read, announcements this recent are offered to review."""

MOVE_VISITS = 3
MOVE_AFTER = timedelta(days=2)
"""An address that sends visitors on for good counts as moved after so many visits that met the same
redirect, over so long: one wrong line in a server's settings is soon mended."""

VANISHED_AFTER = timedelta(days=1)
"""What is gone may come back within the day: a name, or what a slip removed."""

TRIAL = timedelta(days=1)
"""So long an address that nobody has verified is read well before it may speak."""

NEVER = datetime.max.replace(tzinfo=UTC)
"""When a source is visited that has said for a day that it has been removed for good."""

_MISSING = "source.http.missing"
_REMOVED = "source.http.gone"


@dataclass(frozen=True, slots=True)
class HealthNews:
    """What moderators are told of a watcher's source: it has stopped speaking, or is back."""

    health: Health
    fault: Fault | None


def after_reading(
    source: Source,
    now: datetime,
    bounds: PollBounds,
    *,
    validators: Validators,
    raw_hash: bytes | None,
    seen: bytes,
    moved_to: str | None,
    wait: timedelta | None,
    chance: float,
    fresh: timedelta | None = None,
    pace: Pace | None = None,
) -> Source:
    """The source after it was read, or found unchanged. `pace` None: as it was."""
    since = source.health_since if source.health is Health.OK else now
    pace = pace or source.pace
    goes_on = moved_to is not None and moved_to == source.moved_to
    return replace(
        source,
        validators=validators,
        raw_hash=raw_hash,
        seen=seen,
        health=Health.OK,
        health_since=since,
        fault=None,
        failures=0,
        moved_to=moved_to,
        moved_since=(source.moved_since or now) if goes_on else now if moved_to else None,
        moved_visits=min(source.moved_visits + 1, MOVE_VISITS) if goes_on else int(bool(moved_to)),
        polled_at=now,
        read_at=now,
        next_poll_at=next_poll(
            now, bounds, failures=0, retry_after=wait, chance=chance, fresh=fresh, pace=pace
        ),
        pace=pace,
    )


def after_failure(
    source: Source,
    now: datetime,
    bounds: PollBounds,
    *,
    health: Health,
    fault: Fault,
    wait: timedelta | None,
    chance: float,
) -> Source:
    """The source after a visit that failed. What is known of its entries stays."""
    missing = fault.key == _MISSING
    first = source.health.speaks or (missing and not _has_fault(source, _MISSING))
    since = now if first else source.health_since
    if missing and now - since >= GONE_AFTER:
        health = Health.GONE
    failures = source.failures + 1
    next_at = next_poll(now, bounds, failures=failures, retry_after=wait, chance=chance)
    lasting = failures >= TOLD_AFTER and now - since >= VANISHED_AFTER
    if fault.key == _REMOVED and is_removed(source) and lasting:
        next_at = NEVER
    return replace(
        source,
        health=health,
        health_since=since,
        fault=fault,
        failures=failures,
        polled_at=now,
        next_poll_at=next_at,
    )


def health_news(source: Source, watcher: Watcher, *, permanent: bool) -> HealthNews | None:
    """What is to be told, once: that it stopped speaking, or that it is back."""
    if watcher.paused:
        return None
    if source.health.speaks:
        return HealthNews(Health.OK, None) if watcher.told_health else None
    if watcher.told_health is not None:
        return None
    if watcher.guild_id is None and source.read_at is None:
        return None  # what the catalogue knows wrongly has not stopped speaking: it never spoke
    if source.failures >= TOLD_AFTER or permanent:
        return HealthNews(source.health, source.fault)
    return None


def is_on_trial(watcher: Watcher, source: Source, now: datetime) -> bool:
    """Whether what is read for this watcher must not speak yet: nobody has verified the address,
    and it has not been read well for long enough."""
    if watcher.trial_since is None:
        return False
    since = max(watcher.trial_since, source.health_since)
    return source.health is not Health.OK or now - since < TRIAL


def has_moved(source: Source, at: datetime | None) -> bool:
    """Whether, at that time, its redirect had stood long enough to be believed."""
    return (
        at is not None
        and source.moved_since is not None
        and source.moved_visits >= MOVE_VISITS
        and at - source.moved_since >= MOVE_AFTER
    )


def move_news(source: Source, watcher: Watcher, now: datetime) -> bool:
    """Whether it is to be proposed, once, that the watcher goes to the new address. Nobody in a
    guild can change what the catalogue says."""
    if watcher.paused or watcher.guild_id is None or watcher.told_move == source.moved_to:
        return False
    return has_moved(source, now)


def is_removed(source: Source) -> bool:
    """Whether it says of itself that it has been removed for good (410)."""
    return _has_fault(source, _REMOVED)


def has_vanished(before: Source, after: Source, now: datetime) -> bool:
    """Whether a source that was read once has been gone for so long that it may mean something."""
    if after.health is not Health.GONE or before.health is not Health.GONE:
        return False
    if after.read_at is None or after.failures < TOLD_AFTER:
        return False
    return now - after.health_since >= VANISHED_AFTER


def differs(before: Source, after: Source) -> bool:
    """Whether more than the times of the visit has changed: that is written at once."""
    return _state(before) != _state(after)


_TIMES = ("polled_at", "read_at", "next_poll_at")
_state = attrgetter(*(each.name for each in fields(Source) if each.name not in _TIMES))
"""All that is known of a source but the times of its visits."""


def _has_fault(source: Source, key: str) -> bool:
    return source.fault is not None and source.fault.key == key
