"""Which of the dates in a text bind its readers, and what ends or begins then.

Refuses dates that bind nobody (foundings, events, publication) and those that were superseded.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.detection.dates import DateReader, Mention
from bot.detection.lexicon import Lexicon, Shape
from bot.detection.patterns import Pattern, any_of
from bot.detection.words import Sentence
from bot.domain.notices import Deadline, Kind, Precision, What

OLD_NEWS = timedelta(days=45)
"""A date this long before publication is history."""

_CLAUSE = re.compile(r"[;:]|, | and | et | but | mais |\. ")
_NEAR = 90
_QUOTE = 200
_AT_ONCE = (What.LISTING_FREEZE, What.SIGNUP_FREEZE)
_FROM_NOW = re.compile(
    r"(?:from|as of|effective|starting|since|with immediate|immediately|immediatement"
    r"|a effet|avec effet|des|depuis|a compter|a partir)\b[^.,;]{0,20}$"
)
_LOOSE = (Shape.SPAN, Shape.AFTER, Shape.NEXT_MONTH, Shape.WEEKDAY, Shape.DAY)
_FIRM = (
    What.EXPORT_UNTIL,
    What.DATA_DELETED,
    What.SITE_OFF,
    What.TOOLS_OFF,
    What.ACCEPT_BY,
    What.VERIFY_BY,
    What.CLAIM_BY,
    What.MIGRATE_BY,
    What.SHIP_BY,
    What.PAYOUT,
    What.ACCOUNT_SUSPENDED,
)
_DEFAULT = {
    Kind.CLOSURE: What.SITE_OFF,
    Kind.MIGRATION: What.MIGRATION,
    Kind.POLICY: What.RULES_EFFECTIVE,
}


@dataclass(frozen=True, slots=True)
class Dated:
    """A deadline and the place of its sentence."""

    deadline: Deadline
    place: int


class DeadlineReader:
    """Reads the deadlines of one language."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._dates = DateReader(lexicon.dates, lexicon.calendar)
        self._cues = tuple(
            (cue.what, Pattern(any_of(cue.patterns))) for cue in lexicon.cues if cue.what
        )
        idle = [pattern for cue in lexicon.cues if cue.what is None for pattern in cue.patterns]
        self._idle = Pattern(any_of(idle))
        self._superseded = Pattern(any_of(lexicon.superseded))

    def read(
        self, found: Sequence[Sentence], published: date | None, kinds: Mapping[int, Kind]
    ) -> list[Dated]:
        """Every date that binds; `kinds` says what each telling sentence announces."""
        anchor = published or self._first_dated(found)
        dated: list[Dated] = []
        before: date | None = None
        closing: date | None = None
        known: set[tuple[date, What]] = set()
        for sentence in found:
            mentions = self._dates.read(sentence.folded, anchor, before, closing)
            if mentions:
                before = mentions[-1].on
            for index in range(len(mentions)):
                deadline = self._bind(sentence, mentions, index, kinds, published)
                if deadline is None or any(deadline.on == on for on, _ in known):
                    continue
                known.add((deadline.on, deadline.what))
                if deadline.what is What.SITE_OFF:
                    closing = mentions[index].on
                dated.append(Dated(deadline, sentence.place))
        return _without_vague(dated)

    def _first_dated(self, found: Sequence[Sentence]) -> date | None:
        for sentence in found:
            for mention in self._dates.read(sentence.folded, None, None):
                return mention.on
        return None

    def _bind(
        self,
        sentence: Sentence,
        mentions: Sequence[Mention],
        index: int,
        kinds: Mapping[int, Kind],
        published: date | None,
    ) -> Deadline | None:
        mention = mentions[index]
        if published is not None and _is_history(mention, published):
            return None
        since, until = _segment(sentence.folded, mentions, index)
        if self._superseded.found(sentence.folded[since : mention.start]):
            return None
        what = self._what(sentence.folded, since, until, mention)
        kind = kinds.get(sentence.place)
        if self._idle.found(_near(sentence.folded, since, until, mention)):
            return None
        if what is None and kind is not None:
            what = _DEFAULT[kind]
        if what is None:
            return None
        if published is not None and not _still_binds(mention, published, kind, what, sentence):
            return None
        if mention.shape in _LOOSE and kind is None and what not in _FIRM:
            return None
        on, precision = mention.on, mention.precision
        if mention.ends_period and precision is Precision.PART:
            on = on.replace(day=1)
        return Deadline(on, precision, what, _quote(sentence.text, mention))

    def _what(self, folded: str, since: int, until: int, mention: Mention) -> What | None:
        best: tuple[int, What] | None = None
        blank = " " * (mention.end - mention.start)
        segment = folded[since : mention.start] + blank + folded[mention.end : until]
        for what, pattern in self._cues:
            for start, end in pattern.spans(segment):
                distance = _distance(since + start, since + end, mention)
                if best is None or distance < best[0]:
                    best = (distance, what)
        return best[1] if best else None


def _still_binds(
    mention: Mention, published: date, kind: Kind | None, what: What, sentence: Sentence
) -> bool:
    """Whether a date of today or of the past is more than the time of the news."""
    if mention.shape is Shape.TODAY:
        said = sentence.folded[max(0, mention.start - 20) : mention.end]
        return what in _AT_ONCE or (kind is not None and bool(_FROM_NOW.search(said)))
    if mention.precision is not Precision.DAY or mention.on >= published:
        return True
    return kind is not None and what is not What.MIGRATION


def _without_vague(dated: Sequence[Dated]) -> list[Dated]:
    """Without months for which the same event has its day elsewhere in the text."""
    exact = {
        (each.deadline.what, each.deadline.on.replace(day=1))
        for each in dated
        if each.deadline.precision is Precision.DAY
    }
    return [
        each
        for each in dated
        if each.deadline.precision is Precision.DAY
        or (each.deadline.what, each.deadline.on) not in exact
    ]


def _is_history(mention: Mention, published: date) -> bool:
    if mention.precision is Precision.DAY:
        return mention.on < published - OLD_NEWS
    return mention.on < published.replace(day=1)


def _segment(folded: str, mentions: Sequence[Mention], index: int) -> tuple[int, int]:
    """The part of the sentence that a date may speak for: up to its neighbours' clauses."""
    mention = mentions[index]
    since, until = 0, len(folded)
    if index > 0:
        since = _last_break(folded, mentions[index - 1].end, mention.start)
    if index + 1 < len(mentions):
        until = _last_break(folded, mention.end, mentions[index + 1].start)
    return since, until


def _last_break(folded: str, since: int, until: int) -> int:
    breaks = [found.start() for found in _CLAUSE.finditer(folded, since, until)]
    return breaks[-1] if breaks else (since if not breaks else until)


def _near(folded: str, since: int, until: int, mention: Mention) -> str:
    """The words close enough to a date to say that it binds nobody."""
    start = max(since, mention.start - 45)
    stop = folded.find(",", mention.end, min(until, mention.end + 40))
    end = stop if stop >= 0 else min(until, mention.end + 25)
    return folded[start:end]


def _distance(start: int, end: int, mention: Mention) -> int:
    if end <= mention.start:
        return mention.start - end
    if start >= mention.end:
        return start - mention.end + 5  # what stands before a date is nearer to it
    return 0


def _quote(text: str, mention: Mention) -> str:
    """The sentence, or as much of it around the date as is short enough, verbatim."""
    if len(text) <= _QUOTE:
        return text
    start = max(0, mention.start - _NEAR)
    end = min(len(text), mention.end + _NEAR)
    if start:
        start = text.find(" ", start, mention.start) + 1 or mention.start
    if end < len(text):
        cut = text.rfind(" ", mention.end, end)
        end = cut if cut > 0 else mention.end
    return text[start:end]
