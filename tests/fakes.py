"""Doubles for what tests cannot wait for: the clock. Everything else in tests is real, or a server
on loopback (`tests/standin`, `tests/website.py`)."""

import asyncio
from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
"""Where tests begin: a Monday."""


class MovableClock:
    """A clock that stands still until it is moved. Rests are short and real."""

    def __init__(self, now: datetime = NOON) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(min(seconds, 0.01))

    def move(self, **by: float) -> None:
        """Later by days, hours, minutes or seconds."""
        self._now += timedelta(**by)
