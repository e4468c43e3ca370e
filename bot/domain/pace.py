"""How often a source wants to be visited: what it asks for, and how often it speaks.

Refuses to let any of it become silence: every wish has a bound.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

PER_NEWS = 8
"""A source that speaks every two hours is looked at so many times in between."""

NEWEST = 10
"""So many of the newest dates tell the rhythm at first sight."""

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Pace:
    """`ttl`, `skip_hours` (0..23, UTC) and `skip_days` (Monday is 0) as the feed asks for them.

    `rhythm` is the usual time between two entries, `newest_at` the date of the newest.
    """

    ttl: timedelta | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
    rhythm: timedelta | None = None
    newest_at: datetime | None = None

    def interval(self, shortest: timedelta, longest: timedelta) -> timedelta:
        """How long a healthy source is left alone, for its rhythm alone."""
        if self.rhythm is None:
            return longest
        return min(max(self.rhythm / PER_NEWS, shortest), longest)

    def after_news(self, dates: Iterable[datetime | None], now: datetime) -> "Pace":
        """The pace once entries with these dates appeared. Dates to come tell nothing."""
        known = sorted({at for at in dates if at is not None and at <= now})[-NEWEST:]
        if not known:
            return self
        newest = known[-1]
        if self.newest_at is None:
            return replace(self, rhythm=_mean(known) or self.rhythm, newest_at=newest)
        if newest <= self.newest_at:
            return self
        apart = _mean([self.newest_at, *(at for at in known if at > self.newest_at)])
        if apart is None:
            return self
        # Slowly, so that three posts of one afternoon make no daily paper.
        rhythm = (3 * self.rhythm + apart) / 4 if self.rhythm else apart
        return replace(self, rhythm=rhythm, newest_at=newest)

    def awake(self, at: datetime, limit: timedelta) -> datetime:
        """`at`, or the end of the hours and days to be left alone, no later than `limit` later."""
        latest = at + limit
        while self._sleeps(at) and at < latest:
            at = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0) + _HOUR
        return min(at, latest)

    def _sleeps(self, at: datetime) -> bool:
        utc = at.astimezone(UTC)
        return utc.hour in self.skip_hours or utc.weekday() in self.skip_days


USUAL = Pace()
"""Of a source that asks for nothing and of which nothing is known."""


def _mean(dates: list[datetime]) -> timedelta | None:
    return (dates[-1] - dates[0]) / (len(dates) - 1) if len(dates) > 1 else None
