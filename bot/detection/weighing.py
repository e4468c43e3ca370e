"""How sure it is that a text announces something, from all of its signals together.

The measures are the same for every language, so that few labelled texts are enough to learn what
each is worth (`data/weights/`, `make learn`). Refuses to look at words: those are the rules' part.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from bot.detection.signals import Hit, Reading

STRONG = 2.5
"""From this weight a signal says something by itself."""

LEAD = 3
"""Sentences after the title that tell what a text is about."""

MEASURES = (
    "strongest",
    "lead",
    "strong_sentences",
    "strong_share",
    "early",
    "dated",
    "support",
    "length",
    "against_title",
    "against_lead",
    "against_rest",
)

SURE = 0.97
"""No text makes it surer than this."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What each of `MEASURES` is worth, in log odds, and where the sum begins."""

    intercept: float
    of: Mapping[str, float]

    @classmethod
    def none(cls) -> "Weights":
        """Nothing is worth anything: every text as likely as not."""
        return cls(0.0, dict.fromkeys(MEASURES, 0.0))

    def confidence(self, measures: Mapping[str, float]) -> float:
        """How likely it is, 0 to `SURE`, that a text of these measures announces something."""
        total = self.intercept + sum(self.of[name] * measures[name] for name in MEASURES)
        return min(SURE, 1 / (1 + math.exp(-max(-30.0, min(30.0, total)))))


def measure(reading: Reading, *, dated: bool) -> dict[str, float]:
    """The measures of a text; `dated`: it holds a date that binds."""
    strong = {hit.sentence.place for hit in reading.hits if hit.weight >= STRONG}
    lead = [hit.weight for hit in reading.hits if 1 <= hit.sentence.place <= LEAD]
    title = [hit for hit in reading.against if hit.sentence.is_title]
    early = [hit for hit in reading.against if 1 <= hit.sentence.place <= LEAD]
    rest = [hit for hit in reading.against if hit.sentence.place > LEAD]
    return {
        "strongest": reading.strongest,
        "lead": max(lead, default=0.0),
        "strong_sentences": float(min(4, len(strong))),
        "strong_share": len(strong) / max(1, len(reading.sentences)),
        "early": float(min(strong, default=LEAD) < LEAD),
        "dated": float(dated),
        "support": min(1.0, reading.support),
        "length": math.log(1 + len(reading.sentences)),
        "against_title": _against(title),
        "against_lead": _against(early),
        "against_rest": _against(rest),
    }


def _against(hits: list[Hit]) -> float:
    """The worst counts whole, each further rule half as much as the one before."""
    worst: dict[str, float] = {}
    for hit in hits:
        worst[hit.rule.name] = max(worst.get(hit.rule.name, 0.0), -hit.weight)
    ordered = sorted(worst.values(), reverse=True)
    return sum(weight * 0.5**place for place, weight in enumerate(ordered))
