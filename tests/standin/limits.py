"""Discord's rate limits: one global window per token, one bucket per route and channel.

Sources: discord.com/developers/docs/topics/rate-limits (50 requests a second; 10,000 invalid
requests in ten minutes ban the address). The buckets' sizes are not documented; these are what
Discord's headers are reported to say, and the headers are what a bot must follow.
"""

import hashlib
import time
from collections import deque
from dataclasses import dataclass, field

from .state import Json

BUCKETS: dict[str, tuple[int, float]] = {
    "POST /channels/{channel_id}/messages": (5, 5.0),
    "PATCH /channels/{channel_id}/messages/{message_id}": (5, 5.0),
    "DELETE /channels/{channel_id}/messages/{message_id}": (5, 1.0),
    "POST /channels/{channel_id}/messages/{message_id}/crosspost": (10, 3600.0),
}
INVALID_WINDOW_S, INVALID_BAN = 600.0, 10_000


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the limits say about one request: headers for its answer, and a refusal or None."""

    headers: dict[str, str]
    refused: Json | None = None


@dataclass(slots=True)
class _Window:
    size: int
    seconds: float
    ends: float = 0.0
    used: int = 0

    def take(self, now: float) -> bool:
        if now >= self.ends:
            self.ends, self.used = now + self.seconds, 0
        if self.used >= self.size:
            return False
        self.used += 1
        return True


@dataclass(slots=True)
class Limits:
    """Counts requests. `enabled = False` lets everything through and sends no headers."""

    per_second: int = 50
    enabled: bool = True
    buckets: dict[str, tuple[int, float]] = field(default_factory=lambda: dict(BUCKETS))
    refused_global: int = 0
    refused_bucket: int = 0
    invalid: deque[float] = field(default_factory=deque)
    _global: dict[str, _Window] = field(default_factory=dict)
    _windows: dict[str, _Window] = field(default_factory=dict)

    def set_global(self, per_second: int) -> None:
        """Changes the limit over all routes."""
        self.per_second = per_second
        self._global.clear()

    def judge_globally(self, token: str) -> Verdict:
        """The limit over all routes; interactions and webhooks must not be asked about here."""
        window = self._global.setdefault(token, _Window(self.per_second, 1.0))
        now = time.monotonic()
        if not self.enabled or window.take(now):
            return Verdict({})
        self.refused_global += 1
        return too_many(window.ends - now, "global")

    def judge(self, route: str, channel_id: str) -> Verdict:
        """The bucket of a route in one channel."""
        if not self.enabled or route not in self.buckets:
            return Verdict({})
        key = f"{route} {channel_id}"
        window = self._windows.get(key)
        if window is None:
            window = self._windows[key] = _Window(*self.buckets[route])
        now = time.monotonic()
        free = window.take(now)
        after = max(window.ends - now, 0.0)
        headers = {
            "X-RateLimit-Limit": str(window.size),
            "X-RateLimit-Remaining": str(window.size - window.used),
            "X-RateLimit-Reset": f"{time.time() + after:.3f}",
            "X-RateLimit-Reset-After": f"{after:.3f}",
            "X-RateLimit-Bucket": _bucket_hash(route),
        }
        if free:
            return Verdict(headers)
        self.refused_bucket += 1
        refused = too_many(after, "user")
        return Verdict({**headers, **refused.headers}, refused.refused)

    def count_invalid(self) -> bool:
        """Notes an answer of 401, 403 or 429 (not shared); True where Discord bans the address."""
        now = time.monotonic()
        self.invalid.append(now)
        while self.invalid[0] < now - INVALID_WINDOW_S:
            self.invalid.popleft()
        return len(self.invalid) >= INVALID_BAN


def too_many(retry_after: float, scope: str) -> Verdict:
    """A 429 as Discord words it; `scope` is `global`, `user` or `shared`."""
    seconds = max(round(retry_after, 3), 0.001)
    headers = {"Retry-After": str(int(seconds) + 1), "X-RateLimit-Scope": scope}
    if scope == "global":
        headers["X-RateLimit-Global"] = "true"
    message = "You are being rate limited."
    body = {"message": message, "retry_after": seconds, "global": scope == "global", "code": 0}
    return Verdict(headers, body)


def _bucket_hash(route: str) -> str:
    return hashlib.blake2b(route.encode(), digest_size=16).hexdigest()
