"""Keeps below Discord's limits before discord.py does: an even pace for all that is said unasked,
and a stop well before too many refused requests (docs: topics/rate-limits)."""

import asyncio
from collections import deque

PER_SECOND = 48.0
"""Of 50 a token; evenly spaced, since bursts are what gets refused."""

INVALID_MAX = 1_000
INVALID_WINDOW = 600.0
"""Discord bans an address after 10,000 refused requests in ten minutes; we stop at a tenth."""

_INVALID = frozenset({401, 403, 429})


class Pacer:
    """One for each bot token. Times are the loop's, in seconds.

    Discord does not count what answers an interaction: that neither waits here nor is stopped.
    """

    def __init__(self, per_second: float = PER_SECOND, invalid_max: int = INVALID_MAX) -> None:
        self._gap = 1.0 / per_second
        self._next = 0.0
        self._order = asyncio.Lock()
        self._invalid_max = invalid_max
        self._invalid: deque[float] = deque(maxlen=invalid_max)

    async def turn(self) -> None:
        """Wait until the next request may be made. Whoever comes late makes the others wait, so
        that a loop that was held up does not let several go at once."""
        loop = asyncio.get_running_loop()
        async with self._order:
            await asyncio.sleep(max(0.0, self._next - loop.time()))
            self._next = loop.time() + self._gap

    def answered(self, status: int) -> None:
        """Count a refused answer."""
        if status in _INVALID:
            self._invalid.append(asyncio.get_running_loop().time())

    def closed_for(self) -> float:
        """Seconds until anything may be said unasked again, after too many refused requests."""
        if len(self._invalid) < self._invalid_max:
            return 0.0
        return max(0.0, self._invalid[0] + INVALID_WINDOW - asyncio.get_running_loop().time())
