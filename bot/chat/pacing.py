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
    """One for each bot token. Times are the loop's, in seconds."""

    def __init__(self, per_second: float = PER_SECOND) -> None:
        self._gap = 1.0 / per_second
        self._next = 0.0
        self._invalid: deque[float] = deque(maxlen=INVALID_MAX)

    async def turn(self) -> None:
        """Wait until the next request may be made."""
        loop = asyncio.get_running_loop()
        await asyncio.sleep(self._closed_for(loop.time()))
        now = loop.time()
        at = max(now, self._next)
        self._next = at + self._gap
        await asyncio.sleep(at - now)

    def answered(self, status: int) -> None:
        """Count a refused answer."""
        if status in _INVALID:
            self._invalid.append(asyncio.get_running_loop().time())

    def _closed_for(self, now: float) -> float:
        if len(self._invalid) < INVALID_MAX:
            return 0.0
        return max(0.0, self._invalid[0] + INVALID_WINDOW - now)
