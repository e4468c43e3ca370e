"""What the rules of one lexicon found in one text: signals for and against, and their sums.

Values only: finding them is the detector's part, being sure of them that of `weighing`.
"""

from dataclasses import dataclass, field

from bot.detection.lexicon import Rule
from bot.detection.words import Sentence
from bot.domain.notices import Kind

KINDS = (Kind.CLOSURE, Kind.MIGRATION, Kind.POLICY)
"""What may be announced, the gravest first."""

ASIDE = 0.35
"""What speaks against counts this much less deep in a text whose title announces something."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule and the sentence it was found in."""

    rule: Rule
    sentence: Sentence
    weight: float


@dataclass(slots=True)
class Reading:
    """What one lexicon finds in one text. `support`: what helps, but announces nothing itself."""

    language: str
    sentences: tuple[Sentence, ...]
    hits: list[Hit] = field(default_factory=list)
    against: list[Hit] = field(default_factory=list)
    support: float = 0.0

    def of(self, kind: Kind) -> list[Hit]:
        return sorted(
            (hit for hit in self.hits if hit.rule.kind is kind),
            key=lambda hit: (-hit.weight, hit.sentence.place),
        )

    def weight(self, kind: Kind) -> float:
        """The best signal counts whole, further ones of other rules or sentences less."""
        total, share, seen = 0.0, 1.0, set()
        for hit in self.of(kind):
            if hit.rule.name in seen or share < 0.1:
                continue
            seen.add(hit.rule.name)
            total += share * hit.weight
            share *= 0.4
        return total

    @property
    def strongest(self) -> float:
        """The weight of the kind that most speaks for."""
        return max(self.weight(kind) for kind in KINDS)

    @property
    def burden(self) -> float:
        plain = any(hit.sentence.is_title and hit.weight >= 3.0 for hit in self.hits)
        total, share, seen = 0.0, 1.0, set()
        for hit in sorted(self.against, key=lambda hit: hit.weight):
            if hit.rule.name in seen or share < 0.05:
                continue
            seen.add(hit.rule.name)
            aside = plain and not hit.sentence.is_title
            total += share * hit.weight * (ASIDE if aside else _depth(hit.sentence.place))
            share *= 0.5
        return total


def _depth(place: int) -> float:
    """What stands late in a long text says less about the whole of it."""
    return 1.0 if place <= 3 else max(0.4, 1.0 - 0.06 * (place - 3))
