"""The story's own time: the machine's clock, moved, so that nights can pass. Never goes back."""

import asyncio
from datetime import datetime, timedelta

from bot.clock import Clock, SystemClock


class StoryClock:
    """Runs as fast as the machine's clock and can be moved on; whoever rests wakes up in time."""

    def __init__(self, start: datetime, real: Clock | None = None) -> None:
        self._real = real or SystemClock()
        self._ahead = start - self._real.now()
        self._moved = asyncio.Event()

    def now(self) -> datetime:
        return self._real.now() + self._ahead

    async def sleep(self, seconds: float) -> None:
        until = self.now() + timedelta(seconds=seconds)
        while (left := (until - self.now()).total_seconds()) > 0:
            moved = self._moved
            try:
                async with asyncio.timeout(left):
                    await moved.wait()
            except TimeoutError:
                return

    def move_to(self, instant: datetime) -> None:
        """On to `instant`; nothing happens where it has passed."""
        ahead = instant - self._real.now()
        if ahead > self._ahead:
            self._ahead = ahead
            self._moved.set()
            self._moved = asyncio.Event()
