"""Whether a running Tocsin lives: its loops go round, and say so. Pure: `now` is an argument.

Discord being away is no death: visits go on, what is to be said is kept, and a new start would not
bring it back. So the gateway is told of here and never counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

VISITS, OUTBOX, GATEWAY = "visits", "outbox", "gateway"
LOOPS = (VISITS, OUTBOX)
"""What must go round. Upkeep is the one that says so."""

BEAT_EVERY = 15.0
"""Seconds between two signs of life."""

LOST_AFTER = timedelta(seconds=90)
"""Without a sign for so long it stands still; a loop rests for seconds only."""


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The newest sign of life. `seen`: when each loop, and the gateway, was last known to go."""

    started_at: datetime
    beat_at: datetime
    seen: Mapping[str, datetime]

    def is_lost(self, now: datetime) -> bool:
        """Whether no sign came for too long: the process has ended, or all of it stands still."""
        return now - self.beat_at > LOST_AFTER

    def stuck(self) -> tuple[str, ...]:
        """The loops that stood still when the sign was given."""
        return tuple(
            name
            for name in LOOPS
            if self.beat_at - self.seen.get(name, self.started_at) > LOST_AFTER
        )

    def lives(self, now: datetime) -> bool:
        """Whether all is going round."""
        return not self.is_lost(now) and not self.stuck()
