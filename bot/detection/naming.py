"""Who is meant: the platform that an announcement is about, and where its sellers are sent.

Names of the catalogue are preferred; else a name is taken as written. Refuses to guess where no
name stands out.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bot.detection.lexicon import NameCues
from bot.detection.patterns import Pattern, any_of
from bot.detection.words import Sentence, fold_in_place
from bot.domain.platforms import Platform

_WORD = r"[A-ZÀ-ÖØ-Þ][\w'’+-]*(?:\.(?:com|io|org|net|fr|de|ly|me))?|[a-z][A-Z]\w+"
_JOIN = r"(?: (?:&|\+|of|et|de|du|and|d['’]|l['’]))?"
_NAME = re.compile(rf"@?(?:{_WORD})(?:{_JOIN} ?(?:{_WORD})){{0,3}}")
_LETTERS = re.compile(r"[^a-z0-9]+")
_WINDOW = 60
_SHORT = 3
_DULL_LABELS = frozenset(
    ["www", "help", "blog", "news", "mail", "support", "aide", "status", "notify", "developer"]
)


@dataclass(frozen=True, slots=True)
class Named:
    """A name as people know it, and the catalogue's slug where it is known."""

    name: str
    slug: str | None


@dataclass(slots=True)
class _Candidate:
    written: str
    slug: str | None
    points: float = 0.0
    sent_to: float = 0.0
    seen: int = 0
    at: set[int] = field(default_factory=set)


class NameReader:
    """Finds names in the sentences of one language."""

    def __init__(
        self, cues: NameCues, common: frozenset[str], platforms: Sequence[Platform]
    ) -> None:
        self._never = cues.never | common
        self._subject_after = Pattern(any_of(cues.subject_after))
        self._object_before = Pattern(any_of(cues.object_before))
        self._successor_before = Pattern(any_of(cues.successor_before))
        self._successor_after = Pattern(any_of(cues.successor_after))
        self._bystander_before = Pattern(any_of(cues.bystander_before))
        self._known = {
            fold_in_place(name): (platform, name)
            for platform in platforms
            for name in platform.names
        }
        names = sorted(self._known, key=len, reverse=True)
        self._catalogue = Pattern(rf"\b(?:{any_of(re.escape(name) for name in names)})\b")

    def read(
        self, found: Sequence[Sentence], strong: Sequence[int], url: str | None, *, own: bool
    ) -> tuple[Named | None, Named | None]:
        """The platform and the successor. `strong` are the places of the telling sentences;
        `own` says that the text stands on the platform's own address."""
        labels = _labels(url)
        candidates: dict[str, _Candidate] = {}
        for sentence in found:
            self._collect(sentence, sentence.place in strong, candidates)
        if own:
            self._favour_owner(candidates, found, labels)
        elif labels:
            for key, candidate in candidates.items():
                if _is_label(key, labels) and candidate.slug is None:
                    candidate.points -= 4  # the newspaper or the blog itself
        platform = self._best(candidates)
        successor = self._sent_to(candidates, platform)
        return _named(platform), _named(successor)

    def _collect(self, sentence: Sentence, strong: bool, candidates: dict[str, _Candidate]) -> None:
        for start, end, written, slug in self._names(sentence):
            key = slug or _LETTERS.sub("", fold_in_place(written))
            if len(key) < 2:
                continue
            candidate = candidates.setdefault(key, _Candidate(written, slug))
            candidate.seen += 1
            candidate.at.add(sentence.place)
            before = sentence.folded[max(0, start - _WINDOW) : start]
            after = sentence.folded[end : end + _WINDOW]
            self._weigh(candidate, before, after, sentence, strong)

    def _weigh(
        self, candidate: _Candidate, before: str, after: str, sentence: Sentence, strong: bool
    ) -> None:
        points = 1.0 if candidate.seen <= 4 else 0.2
        points += 2.0 * sentence.is_title + 0.5 * (sentence.place == 1) + 1.0 * strong
        points += 0.6 * (candidate.slug is not None)
        sent = self._successor_before.found(before) or self._successor_after.found(after)
        if sent:
            candidate.sent_to += 2.0 if strong or sentence.is_title else 1.0
            points -= 2.0
        elif self._bystander_before.found(before):
            points -= 0.8
        if self._subject_after.found(after) and not self._successor_after.found(after):
            points += 2.0 if strong or sentence.is_title else 0.5
        if before.strip() and not sent and self._object_before.found(before):
            points += 2.5 if strong or sentence.is_title else 0.5
        candidate.points += points

    def _names(self, sentence: Sentence) -> list[tuple[int, int, str, str | None]]:
        text, folded = sentence.text, sentence.folded
        found: list[tuple[int, int, str, str | None]] = []
        taken: list[tuple[int, int]] = []
        for start, end in self._catalogue.spans(folded):
            platform, known = self._known[folded[start:end]]
            if _written_as(text[start:end], known) and not (
                start == 0 and folded[start:end] in self._never
            ):
                found.append((start, end, platform.name, platform.slug))
                taken.append((start, end))
        shouting = sentence.is_title and _is_title_case(text)
        for match in _NAME.finditer(text):
            start, end = self._trim(text, folded, match.start(), match.end())
            if end <= start or any(start < upto and since < end for since, upto in taken):
                continue
            if shouting and end - start > 24:
                continue
            if not self._dull(text[start:end], folded[start:end], start == 0):
                found.append((start, end, text[start:end].strip("@'’.- "), None))
        return found

    def _trim(self, text: str, folded: str, start: int, end: int) -> tuple[int, int]:
        """Without leading words that name nothing, and without a possessive."""
        while start < end:
            word = re.match(r"@?[\w]+(?:['’](?=[A-ZÀ-Ý]))?", folded[start:end])
            raw = text[start:end]
            if word is None:
                break
            bare = word.group().strip("'@")
            rest = start + len(word.group())
            if bare not in self._never or (rest >= end):
                break
            gap = len(folded[rest:end]) - len(folded[rest:end].lstrip(" '"))
            if raw[:1].isupper() and start > 0 and bare in ("a", "les", "the", "la", "le", "ma"):
                break  # an article in the middle of a sentence with a capital belongs to the name
            start = rest + gap
        for tail in ("'s", "'"):
            if folded[start:end].endswith(tail):
                end -= len(tail)
        return start, end

    def _dull(self, written: str, plain: str, first: bool) -> bool:
        words = plain.replace("'", " ").split()
        return (
            not words
            or all(word.strip("@") in self._never for word in words)
            or (first and len(words) == 1 and words[0] in self._never)
        )

    def _favour_owner(
        self,
        candidates: dict[str, _Candidate],
        found: Sequence[Sentence],
        labels: Sequence[str],
    ) -> None:
        for key, candidate in candidates.items():
            if _is_label(key, labels):
                candidate.points += 6
        if labels and not any(_is_label(key, labels) for key in candidates):
            written = _spelled_out(found, labels)
            if written:
                key = _LETTERS.sub("", fold_in_place(written))
                candidates[key] = _Candidate(written, None, points=6)

    def _best(self, candidates: dict[str, _Candidate]) -> _Candidate | None:
        ranked = sorted(
            candidates.values(),
            key=lambda each: (each.points, -min(each.at, default=0)),
            reverse=True,
        )
        return ranked[0] if ranked and ranked[0].points >= 1.5 else None

    def _sent_to(
        self, candidates: dict[str, _Candidate], platform: _Candidate | None
    ) -> _Candidate | None:
        others = [
            each for each in candidates.values() if each is not platform and each.sent_to >= 1.0
        ]
        return max(others, key=lambda each: (each.sent_to, each.points), default=None)


def _named(candidate: _Candidate | None) -> Named | None:
    return Named(candidate.written, candidate.slug) if candidate else None


def _written_as(written: str, known: str) -> bool:
    """Short names only in capitals, longer ones at least with one at the beginning."""
    if len(known) <= _SHORT:
        return written == known
    return "." in known or written[:1].isupper() or not known[:1].isupper()


def _is_title_case(text: str) -> bool:
    words = [word for word in re.findall(r"[^\W\d_]+", text) if len(word) > 3]
    return len(words) > 3 and sum(word[0].isupper() for word in words) > 0.7 * len(words)


def _labels(url: str | None) -> tuple[str, ...]:
    try:
        host = (urlsplit(url).hostname or "") if url else ""
    except ValueError:
        return ()
    parts = host.split(".")[:-1]
    labels = (_LETTERS.sub("", part) for part in parts)
    return tuple(label for label in labels if len(label) > 2 and label not in _DULL_LABELS)


def _is_label(key: str, labels: Sequence[str]) -> bool:
    bare = _LETTERS.sub("", key)
    for label in labels:
        if bare == label or (len(label) > 4 and label in bare) or (len(bare) > 4 and bare in label):
            return True
        if bare.replace("and", "") == label.replace("and", ""):
            return len(bare) > 4
    return False


def _spelled_out(found: Sequence[Sentence], labels: Sequence[str]) -> str | None:
    """The words of the text that read like a label of the address, in their own spelling."""
    for sentence in found:
        words = list(re.finditer(r"[\w'’.]+|&", sentence.text))
        for first in range(len(words)):
            joined = ""
            for last in range(first, min(first + 4, len(words))):
                joined += _LETTERS.sub("", fold_in_place(words[last].group()))
                if joined in labels and any(char.isupper() for char in words[first].group()):
                    return sentence.text[words[first].start() : words[last].end()].rstrip(".,")
    return None
