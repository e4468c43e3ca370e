"""When an answer asks us to come back: Retry-After, Cache-Control, Expires, a feed's own wishes.

Pure. What cannot be read asks for nothing.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from bot.domain.pace import Pace

LONGEST_WAIT = timedelta(days=30)
"""No number that a server sends is believed beyond this."""

_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
_NOT_KEPT = re.compile(r"(?:^|[\s,])no-(?:cache|store)", re.IGNORECASE)
_HEAD = 16_000
_FIRST_ITEM = re.compile(rb"<(?:\w+:)?(?:item|entry)[\s>]", re.IGNORECASE)
_TTL = re.compile(rb"<ttl>\s{0,50}(\d{1,6})\s{0,50}</ttl>", re.IGNORECASE)
_HOURS = re.compile(rb"<skipHours>(.{0,2000}?)</skipHours>", re.IGNORECASE | re.DOTALL)
_HOUR = re.compile(rb"<hour>\s{0,50}(\d{1,2})\s{0,50}</hour>", re.IGNORECASE)
_DAYS = re.compile(rb"<skipDays>(.{0,2000}?)</skipDays>", re.IGNORECASE | re.DOTALL)
_DAY = re.compile(rb"<day>\s{0,50}([A-Za-z]{6,9})\s{0,50}</day>", re.IGNORECASE)
_WEEK = (b"monday", b"tuesday", b"wednesday", b"thursday", b"friday", b"saturday", b"sunday")


def retry_after(headers: Mapping[str, str]) -> timedelta | None:
    """Retry-After: seconds, or a date on the server's own clock (RFC 9110, section 10.2.3)."""
    asked = headers.get("Retry-After", "").strip()
    if not asked:
        return None
    if asked.isascii() and asked.isdigit():
        return _positive(timedelta(seconds=int(asked[:9])))
    return _until(asked, headers)


def fresh_for(headers: Mapping[str, str]) -> timedelta | None:
    """How long the answer stays fresh by its own word (RFC 9111, section 4.2)."""
    control = headers.get("Cache-Control", "")
    if _NOT_KEPT.search(control):
        return None
    if found := _MAX_AGE.search(control):
        age = headers.get("Age", "").strip()
        spent = int(age[:9]) if age.isascii() and age.isdigit() else 0
        return _positive(timedelta(seconds=int(found[1]) - spent))
    return _until(headers.get("Expires", ""), headers)


def wished(document: bytes) -> Pace:
    """What an RSS feed asks for before its first item: `ttl`, `skipHours`, `skipDays`."""
    head = document[:_HEAD]
    first = _FIRST_ITEM.search(head)
    head = head[: first.start()] if first else head
    ttl = _TTL.search(head)
    hours, days = _HOURS.search(head), _DAYS.search(head)
    named = {int(each) % 24 for each in _HOUR.findall(hours[1]) if int(each) <= 24} if hours else ()
    week = {each.lower() for each in _DAY.findall(days[1])} if days else set()
    return Pace(
        ttl=_positive(timedelta(minutes=int(ttl[1]))) if ttl else None,
        skip_hours=tuple(sorted(named)),
        skip_days=tuple(number for number, day in enumerate(_WEEK) if day in week),
    )


def _until(text: str, headers: Mapping[str, str]) -> timedelta | None:
    until, since = _date(text), _date(headers.get("Date", ""))
    return None if until is None or since is None else _positive(until - since)


def _date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _positive(wait: timedelta) -> timedelta | None:
    return min(wait, LONGEST_WAIT) if wait > timedelta(0) else None
