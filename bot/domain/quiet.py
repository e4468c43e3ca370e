"""Quiet hours and digests: when a guild wants to be told. What is critical never waits."""

import re
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.notices import Severity

DIGEST_HOUR = time(9, 0)
"""A digest is told at this local time; a weekly one on Mondays."""

_HOURS = re.compile(r"^([01]?\d|2[0-3])(?::([0-5]\d))?\s*[-–]\s*([01]?\d|2[0-3])(?::([0-5]\d))?$")


def read_quiet_hours(text: str) -> tuple[time, time] | None:
    """`22:00-07:00` as two local times; None where `text` is no such span."""
    found = _HOURS.match(text.strip())
    if not found:
        return None
    start = time(int(found[1]), int(found[2] or 0))
    end = time(int(found[3]), int(found[4] or 0))
    return None if start == end else (start, end)


def not_before(
    now: datetime,
    severity: Severity,
    *,
    zone: ZoneInfo,
    quiet_hours: str | None,
    digest: str | None,
) -> datetime:
    """The earliest instant at which a guild wants to be told something of `severity`."""
    if severity is Severity.CRITICAL:
        return now
    at = now
    if severity is Severity.INFO and digest in ("daily", "weekly"):
        at = _next_digest(now.astimezone(zone), digest).astimezone(UTC)
    return _after_quiet(at, zone, quiet_hours)


def _next_digest(local: datetime, digest: str) -> datetime:
    at = local.replace(hour=DIGEST_HOUR.hour, minute=0, second=0, microsecond=0)
    if at <= local:
        at += timedelta(days=1)
    while digest == "weekly" and at.weekday() != 0:
        at += timedelta(days=1)
    return at


def _after_quiet(at: datetime, zone: ZoneInfo, quiet_hours: str | None) -> datetime:
    span = read_quiet_hours(quiet_hours) if quiet_hours else None
    if span is None:
        return at
    start, end = span
    local = at.astimezone(zone)
    clock = local.time()
    quiet = start <= clock < end if start < end else clock >= start or clock < end
    if not quiet:
        return at
    morning = local.replace(hour=end.hour, minute=end.minute, second=0, microsecond=0)
    if morning <= local:
        morning += timedelta(days=1)
    return morning.astimezone(UTC)
