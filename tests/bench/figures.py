"""One measured figure, its goal and its peer, and the arithmetic on rounds. Pure; refuses empty
rounds."""

import math
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Verdict(StrEnum):
    """Whether a figure is as good as it was meant to be."""

    STRETCH = "stretch"
    REACHED = "reached"
    MISSED = "missed"
    FAILED = "not measured"


@dataclass(frozen=True, slots=True)
class Goal:
    """At least (or, with `most`, at most) `value`; `stretch` is the ambition."""

    value: float
    unit: str = ""
    most: bool = False
    stretch: float | None = None

    def verdict(self, figure: float) -> Verdict:
        """How `figure` stands to the goal."""
        if self.stretch is not None and self._holds(figure, self.stretch):
            return Verdict.STRETCH
        return Verdict.REACHED if self._holds(figure, self.value) else Verdict.MISSED

    def __str__(self) -> str:
        sign = "≤" if self.most else "≥"
        stretch = "" if self.stretch is None else f" ({written(self.stretch)})"
        return f"{sign} {written(self.value)}{stretch}{self.unit}"

    def _holds(self, figure: float, bound: float) -> bool:
        return figure <= bound if self.most else figure >= bound


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. `figure` is what the goal is about: a ratio, or ours itself.

    `ours` and `peer` are what was measured, with unit; `note` says what the line holds or lacks.
    """

    name: str
    goal: Goal
    figure: float | None
    ours: str = ""
    peer: str = ""
    rounds: int = 0
    note: str = ""
    measured: dict[str, list[float]] = field(default_factory=dict)

    @property
    def verdict(self) -> Verdict:
        """How it stands to its goal."""
        return Verdict.FAILED if self.figure is None else self.goal.verdict(self.figure)


def median(rounds: Sequence[float]) -> float:
    """The middle of several rounds."""
    if not rounds:
        raise ValueError("nothing was measured")
    return statistics.median(rounds)


def ratio(peer: Sequence[float], ours: Sequence[float]) -> float:
    """How many times the peer costs what ours does: the median over rounds that ran side by
    side, so that a busy machine weighs on both."""
    return median([theirs / own for theirs, own in zip(peer, ours, strict=True)])


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that is not exceeded by `share` (0..1) of all."""
    if not values:
        raise ValueError("nothing was measured")
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def written(value: float) -> str:
    """A number with as many digits as it deserves."""
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    if float(value).is_integer() or abs(value) >= 20:
        return f"{value:.0f}"
    return f"{value:.1f}" if abs(value) >= 1 else f"{value:.2g}"


@dataclass(slots=True)
class Rounds:
    """How many rounds there are: `most`, or fewer (never below `least`) once the time is up, so
    that a busy machine ends, too."""

    most: int
    least: int
    seconds: float
    clock: Callable[[], float] = time.monotonic

    def __iter__(self) -> Iterator[int]:
        started = self.clock()
        for number in range(self.most):
            if number >= self.least and self.clock() - started > self.seconds:
                return
            yield number


def times(value: float) -> str:
    """A ratio as it is read."""
    return f"{written(value)}×"


def spread(rounds: Sequence[float]) -> str:
    """The lowest and the highest round."""
    return f"{written(min(rounds))}–{written(max(rounds))}"
