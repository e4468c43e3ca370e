"""Faults on demand: lost answers, lost requests, delays, errors; by number or by seeded chance.

A fault happens before a request has an effect, or to the answer of one that was granted.
"""

import random
import re
from dataclasses import dataclass, field
from enum import Enum


class Kind(Enum):
    """What goes wrong with one request."""

    DROP_BEFORE = "drop_before_commit"
    DROP_AFTER = "drop_after_commit"
    DELAY = "delay"
    DELAY_ANSWER = "delay_answer"
    STATUS = "status"
    RATE_LIMIT = "rate_limit"


@dataclass(slots=True, eq=False)
class Fault:
    """Something that goes wrong `times` times (None: always) for requests that match.

    `path` is a regular expression searched in `METHOD /path` (without `/api/v10`); `seconds` is
    a delay or a retry_after; `code` is Discord's error code beside an HTTP status.
    """

    kind: Kind
    path: str = ""
    times: int | None = 1
    seconds: float = 0.0
    status: int = 500
    code: int = 0
    scope: str = "user"
    chance: float = 1.0
    chooser: random.Random | None = None
    happened: int = 0
    pattern: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        self.pattern = re.compile(self.path)

    def strikes(self, request: str) -> bool:
        """Whether this fault happens to this request; counts it if so."""
        if self.times is not None and self.happened >= self.times:
            return False
        if not self.pattern.search(request):
            return False
        if self.chooser is not None and self.chooser.random() >= self.chance:
            return False
        self.happened += 1
        return True


class Faults:
    """The faults in force. Beside a delay, the oldest that fits strikes alone."""

    def __init__(self) -> None:
        self.planned: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        self.planned.append(fault)
        return fault

    def remove(self, fault: Fault) -> None:
        self.planned.remove(fault)

    def clear(self) -> None:
        self.planned.clear()

    def strike_before(self, request: str) -> dict[Kind, Fault]:
        """What happens to a request (`METHOD /path`) before anything is done."""
        return self._strike(request, (Kind.DELAY, Kind.DROP_BEFORE, Kind.STATUS, Kind.RATE_LIMIT))

    def strike_after(self, request: str) -> dict[Kind, Fault]:
        """What happens to the answer of a request that was granted."""
        return self._strike(request, (Kind.DELAY_ANSWER, Kind.DROP_AFTER))

    def _strike(self, request: str, kinds: tuple[Kind, ...]) -> dict[Kind, Fault]:
        struck: dict[Kind, Fault] = {}
        decided = False
        for fault in self.planned:
            delays = fault.kind in (Kind.DELAY, Kind.DELAY_ANSWER)
            if fault.kind not in kinds or fault.kind in struck or (decided and not delays):
                continue
            if fault.strikes(request):
                struck[fault.kind] = fault
                decided = decided or not delays
        return struck
