"""Which of the dates in a text bind its readers, and what ends or begins then.

Refuses dates that bind nobody (foundings, events, publication) and those that were superseded.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum

from bot.detection.dates import DateReader, Mention
from bot.detection.lexicon import DateCue, Lexicon, Shape
from bot.detection.patterns import Pattern, PatternSet, any_of
from bot.detection.words import Sentence
from bot.domain.notices import Deadline, Kind, Precision, What

OLD_NEWS = timedelta(days=45)
"""A date this long before publication is history."""

PHRASE = 60
"""Characters by which a whole phrase may stand farther from a date than a single word."""

ACROSS = 30
"""Characters that a cue in another clause than the date counts as farther away."""

_NEAR = 90
_ITEM = re.compile(r"\s*(?:[-*•–·|]|\d{1,2}[.)/-])")
_ITEM_DATE = 12
"""Characters within which the date of an item stands."""
_QUOTE = 200
_AT_ONCE = (What.LISTING_FREEZE, What.SIGNUP_FREEZE)
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
    Kind.NONE: What.OTHER,
}


@dataclass(frozen=True, slots=True)
class Told:
    """What a sentence announces; `of_part`: the end of a tool or plan, not of the platform."""

    kind: Kind
    of_part: bool = False

    @property
    def default(self) -> What:
        """What a date means in it that nothing else explains."""
        return What.TOOLS_OFF if self.of_part else _DEFAULT[self.kind]


class _Said(IntEnum):
    """How a text says what its date means."""

    NOT = 0
    BY_WORD = 1
    BY_PHRASE = 2


@dataclass(frozen=True, slots=True)
class Dated:
    """A deadline and the place of its sentence."""

    deadline: Deadline
    place: int
    said: int = 0


@dataclass(frozen=True, slots=True)
class _Meaning:
    what: What
    start: int
    end: int
    said: _Said


class DeadlineReader:
    """Reads the deadlines of one language."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._dates = DateReader(lexicon.dates, lexicon.calendar)
        self._cues = tuple(
            (cue.what, _Said.BY_PHRASE if cue.firm else _Said.BY_WORD, Pattern(_marked(cue)))
            for cue in lexicon.cues
            if cue.what is not None
        )
        self._cue_set = PatternSet(
            (_marked(cue), index)
            for index, cue in enumerate(cue for cue in lexicon.cues if cue.what is not None)
        )
        idle = [pattern for cue in lexicon.cues if cue.what is None for pattern in cue.patterns]
        self._idle = Pattern(any_of(idle))
        self._from_now = Pattern(rf"\b(?:{any_of(lexicon.from_now)})\b[^.,;]{{0,20}}$")
        joins = "".join(f" {re.escape(word)} |" for word in lexicon.joins)
        self._clause = re.compile(rf"{joins}[;:]|, |\. ")
        self._break = re.compile(rf"{joins}; |, ")
        self._superseded = Pattern(any_of(lexicon.superseded))
        self._superseded_after = Pattern(any_of(lexicon.superseded_after))

    def read(
        self, found: Sequence[Sentence], published: date | None, told: Mapping[int, Told]
    ) -> tuple[list[Dated], bool]:
        """Every date that binds, and whether a date was moved or taken back; `told` says what each
        telling sentence announces."""
        anchor = published or self._first_dated(found)
        dated: list[Dated] = []
        gone: set[tuple[date, Precision]] = set()
        general = max(told.values(), key=lambda each: each.kind.gravity, default=None)
        before: date | None = None
        closing: date | None = None
        asked: Sentence | None = None
        listed: Told | None = None
        for sentence in found:
            mentions = self._dates.read(sentence.folded, anchor, before, closing)
            if mentions:
                before = mentions[-1].on
            live, moved = self._live(sentence.folded, mentions)
            gone |= moved
            here = told.get(sentence.place) or (general if moved else None)
            if here is None and asked is not None:
                here = told.get(asked.place)
            if here is None and listed is not None and _is_row(sentence.text, mentions):
                here = listed
            stale = [mention for mention in mentions if mention not in live]
            for index, mention in enumerate(live):
                for each in self._bind(sentence, asked, live, stale, index, here, published):
                    if each.deadline.what is What.SITE_OFF:
                        closing = mention.on
                    _add(dated, each)
            asked = sentence if sentence.text.rstrip().endswith("?") else None
            if sentence.text.rstrip(" *_").endswith(":"):
                listed = told.get(sentence.place) or general
            elif sentence.text.startswith("#"):
                listed = None
        left = [each for each in dated if (each.deadline.on, each.deadline.precision) not in gone]
        return _without_vague(left), bool(gone)

    def _first_dated(self, found: Sequence[Sentence]) -> date | None:
        for sentence in found:
            for mention in self._dates.read(sentence.folded, None, None):
                return mention.on
        return None

    def _live(
        self, folded: str, mentions: Sequence[Mention]
    ) -> tuple[list[Mention], set[tuple[date, Precision]]]:
        """The dates of a sentence that still hold, and those that do not."""
        live, gone = [], set()
        for index, mention in enumerate(mentions):
            since, _ = _segment(self._clause, folded, mentions, index)
            after = folded[mention.end : mention.end + _NEAR]
            if self._superseded.found(folded[since : mention.start]) or (
                self._superseded_after.found(after)
            ):
                gone.add((mention.on, mention.precision))
            else:
                live.append(mention)
        return live, gone

    def _bind(
        self,
        sentence: Sentence,
        asked: Sentence | None,
        mentions: Sequence[Mention],
        stale: Sequence[Mention],
        index: int,
        here: Told | None,
        published: date | None,
    ) -> Iterator[Dated]:
        """What a date means: nothing, one thing or, where all stops at once, several."""
        mention = mentions[index]
        if published is not None and _is_history(mention, published):
            return
        since, until = _segment(self._clause, sentence.folded, mentions, index)
        # What was said of a date that no longer holds says nothing of this one.
        apart = max((each.end for each in stale if each.end <= mention.start), default=since)
        meanings = self._meanings(sentence.folded, since, until, mention)
        if not meanings and asked is not None:
            meanings = self._answered(asked.folded, since)
        if not meanings and here is not None:
            meanings = [_Meaning(here.default, since, since, _Said.NOT)]
        for meaning in meanings:
            if self._binds(sentence, mention, meaning, here, (max(since, apart), until), published):
                what = meaning.what
                if what is What.SITE_OFF and here is not None and here.of_part:
                    what = What.TOOLS_OFF
                on, precision = mention.on, mention.precision
                if mention.ends_period and precision is Precision.PART:
                    on = on.replace(day=1)
                deadline = Deadline(on, precision, what, _quote(sentence.text, mention))
                yield Dated(deadline, sentence.place, meaning.said)

    def _meanings(self, folded: str, since: int, until: int, mention: Mention) -> list[_Meaning]:
        """The nearest cue's meaning; several where phrases freeze more than one thing."""
        mark = "~" * (mention.end - mention.start)
        segment = folded[since : mention.start] + mark + folded[mention.end : until]
        best: tuple[int, _Meaning] | None = None
        frozen: dict[What, _Meaning] = {}
        for index in sorted(self._cue_set.match(segment)):
            what, said, pattern = self._cues[index]
            for start, end in pattern.spans(segment):
                meaning = _Meaning(what, since + start, since + end, said)
                distance = _distance(self._break, folded, meaning, mention)
                if meaning.what in _AT_ONCE and meaning.said is _Said.BY_PHRASE:
                    frozen.setdefault(meaning.what, meaning)
                if best is None or distance < best[0]:
                    best = (distance, meaning)
        if best is None:
            return []
        return list(frozen.values()) if best[1] in frozen.values() else [best[1]]

    def _answered(self, question: str, place: int) -> list[_Meaning]:
        """What a date means that answers a question: the last thing the question speaks of."""
        spoken = [
            (said, start, what)
            for what, said, pattern in (self._cues[at] for at in self._cue_set.match(question))
            for start, _ in pattern.spans(question)
        ]
        return [_Meaning(what, place, place, said) for said, _, what in sorted(spoken)[-1:]]

    def _binds(
        self,
        sentence: Sentence,
        mention: Mention,
        meaning: _Meaning,
        told: Told | None,
        bounds: tuple[int, int],
        published: date | None,
    ) -> bool:
        firm = meaning.said is _Said.BY_PHRASE
        folded = sentence.folded
        if firm:  # "created" in "can no longer be created" tells of no founding
            phrase = " " * (meaning.end - meaning.start)
            folded = folded[: meaning.start] + phrase + folded[meaning.end :]
        if self._idle.found(_near(folded, *bounds, mention)):
            return False
        if published is not None and not _still_binds(
            self._from_now, mention, published, meaning, told, sentence
        ):
            return False
        told_or_firm = told is not None or firm or meaning.what in _FIRM
        return told_or_firm or mention.shape not in _LOOSE


def _is_row(text: str, mentions: Sequence[Mention]) -> bool:
    """Whether it is a row of a table or an item that begins with its date: "- 31 March: end"."""
    if not mentions or not _ITEM.match(text):
        return False
    return text.lstrip().startswith("|") or mentions[0].start <= _ITEM_DATE


def _marked(cue: DateCue) -> str:
    """The patterns of a cue as one; a date is as many marks as it has characters."""
    return any_of(pattern.replace("~", "~+") for pattern in cue.patterns)


def _add(dated: list[Dated], new: Dated) -> None:
    """One meaning for each date, more only where the text says so: sales and site may end at once.

    What was said plainly takes the place of what was only supposed.
    """
    same = [
        each
        for each in dated
        if each.deadline.on == new.deadline.on and each.deadline.precision is new.deadline.precision
    ]
    if any(each.deadline.what is new.deadline.what for each in same):
        return
    plain = new.said == _Said.BY_PHRASE or (
        new.deadline.what is What.SITE_OFF and new.said == _Said.BY_WORD
    )
    if same and not plain:
        return
    for each in same:
        kept = each.said == _Said.BY_PHRASE or each.deadline.what is What.SITE_OFF
        if each.said == _Said.NOT or not kept:
            dated.remove(each)
    dated.append(new)


def _still_binds(
    from_now: Pattern,
    mention: Mention,
    published: date,
    meaning: _Meaning,
    told: Told | None,
    sentence: Sentence,
) -> bool:
    """Whether a date of today or of the past is more than the time of the news."""
    firm = meaning.said is _Said.BY_PHRASE
    if mention.shape is Shape.TODAY:
        said = sentence.folded[max(0, mention.start - 20) : mention.end]
        begins = from_now.found(said) and (told is not None or firm)
        return meaning.what in _AT_ONCE or begins
    if mention.precision is not Precision.DAY or mention.on >= published:
        return True
    if firm and meaning.what in _AT_ONCE:
        return True
    return told is not None and meaning.what is not What.MIGRATION


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


def _segment(
    clause: re.Pattern[str], folded: str, mentions: Sequence[Mention], index: int
) -> tuple[int, int]:
    """The part of the sentence that a date may speak for: up to its neighbours' clauses."""
    mention = mentions[index]
    since, until = 0, len(folded)
    if index > 0:
        since = _last_break(clause, folded, mentions[index - 1].end, mention.start)
    if index + 1 < len(mentions):
        until = _last_break(clause, folded, mention.end, mentions[index + 1].start)
    return since, until


def _last_break(clause: re.Pattern[str], folded: str, since: int, until: int) -> int:
    breaks = [found.start() for found in clause.finditer(folded, since, until)]
    return breaks[-1] if breaks else since


def _near(folded: str, since: int, until: int, mention: Mention) -> str:
    """The words close enough to a date to say that it binds nobody."""
    start = max(since, mention.start - 45)
    stop = folded.find(",", mention.end, min(until, mention.end + 40))
    end = stop if stop >= 0 else min(until, mention.end + 25)
    return folded[start:end]


def _distance(
    between_clauses: re.Pattern[str], folded: str, meaning: _Meaning, mention: Mention
) -> int:
    """How far a cue stands from a date; a phrase, and what is in the same clause, is nearer."""
    distance, between = 0, ""
    if meaning.end <= mention.start:
        distance, between = mention.start - meaning.end, folded[meaning.end : mention.start - 2]
    elif meaning.start >= mention.end:
        # what stands before a date is nearer to it
        distance = meaning.start - mention.end + 5
        between = folded[mention.end + 2 : meaning.start]
    if between_clauses.search(between):
        distance += ACROSS
    return distance - (PHRASE if meaning.said is _Said.BY_PHRASE else 0)


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
