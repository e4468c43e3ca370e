"""How a visit to a source can end: unchanged, fetched, or failed with a fault for people."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.sources import Health, Validators
from bot.errors import Fault
from bot.ingest.faults import health_of, is_permanent
from bot.ingest.inflating import inflate

_INLINE = 16_000
"""Bytes of a compressed body that are inflated without a thread: under 2 ms at any ratio."""


@dataclass(frozen=True, slots=True)
class Unchanged:
    """304: nothing new. `moved_to`, `wait` and `fresh` as in `Fetched`."""

    validators: Validators
    moved_to: str | None = None
    wait: timedelta | None = None
    fresh: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """A body, as received. `raw_hash`: xxh3, 128 bits, of `raw`; equal means nothing new.

    `encodings` in the order applied. `moved_to`: the final address, only where every redirect was
    permanent (301, 308) and none left https. `wait`: what the server asked for (Retry-After);
    `fresh`: for how long it says that nothing will change (Cache-Control, Expires).
    """

    raw: bytes
    raw_hash: bytes
    encodings: tuple[str, ...]
    limit: int
    content_type: str | None
    final_url: str
    moved_to: str | None
    validators: Validators
    wait: timedelta | None = None
    fresh: timedelta | None = None

    async def body(self) -> bytes:
        """The body, inflated to at most `limit` bytes. Raises `SourceFault` (`source.body.…`)."""
        if len(self.raw) <= _INLINE or not self.is_compressed:
            return inflate(self.raw, self.encodings, self.limit)
        return await asyncio.to_thread(inflate, self.raw, self.encodings, self.limit)

    @property
    def is_compressed(self) -> bool:
        """Whether `raw` is not yet what it stands for."""
        return bool(self.encodings) or self.raw.startswith(b"\x1f\x8b")


@dataclass(frozen=True, slots=True)
class Failed:
    """Nothing to read, and why. `permanent`: waiting will not mend it. `wait` as the server asked.

    A name that does not exist is `GONE` but not permanent: names come back.
    """

    health: Health
    fault: Fault
    wait: timedelta | None = None
    permanent: bool = False

    @classmethod
    def because(cls, fault: Fault, wait: timedelta | None = None) -> "Failed":
        """The failure that `fault` stands for."""
        return cls(health_of(fault), fault, wait, is_permanent(fault))


FetchOutcome = Unchanged | Fetched | Failed
