"""Keeps the sign of life: loops say that they go round, and every few seconds a file says it on.

Refuses to disturb: a disk that takes no file is told once, and the bot goes on.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from bot.clock import Clock
from bot.domain.findings import Finding, fault, note, ok, warning
from bot.domain.heartbeat import GATEWAY, LOST_AFTER, Heartbeat
from bot.errors import Fault
from bot.storage.heartbeat import forget_heartbeat, write_heartbeat

log = logging.getLogger(__name__)


class Heart:
    """One for each running bot. `path`: where its sign of life is left."""

    def __init__(self, clock: Clock, path: Path) -> None:
        self._clock = clock
        self._path = path
        self._started_at = clock.now()
        self._seen = {GATEWAY: self._started_at}
        self._told = False

    def hears_from(self, loop: str) -> Callable[[], None]:
        """What `loop` calls each time it goes round."""

        def goes_round() -> None:
            self._seen[loop] = self._clock.now()

        return goes_round

    def beat(self, *, connected: bool) -> None:
        """Leave a sign of life. `connected`: Discord's gateway is heard."""
        now = self._clock.now()
        if connected:
            self._seen[GATEWAY] = now
        sign = Heartbeat(self._started_at, now, dict(self._seen))
        try:
            write_heartbeat(self._path, sign)  # 200 bytes, not synced: no thread is worth it
        except OSError as error:
            if not self._told:
                log.warning("no sign of life can be left at %s: %s", self._path, error)
            self._told = True
        else:
            self._told = False

    def stop(self) -> None:
        """It ends in order."""
        forget_heartbeat(self._path)


def pulse(sign: Heartbeat | None, path: Path, now: datetime) -> Finding:
    """What the sign of life that was left at `path` says."""
    if sign is None:
        return note("doctor.pulse.none", path=path.absolute())
    age = now - sign.beat_at
    if sign.is_lost(now):
        return warning("doctor.pulse.lost", "doctor.pulse.lost.mend", age=age, at=sign.beat_at)
    if stuck := sign.stuck():
        loops = tuple(Fault(f"doctor.loop.{name}") for name in stuck)
        return fault("doctor.pulse.stuck", "doctor.pulse.stuck.mend", loops=loops)
    heard_at = sign.seen.get(GATEWAY, sign.started_at)
    if sign.beat_at - heard_at > LOST_AFTER:
        return warning("doctor.pulse.away", "doctor.pulse.away.mend", since=heard_at)
    return ok("doctor.pulse.ok", age=age, since=sign.started_at)
