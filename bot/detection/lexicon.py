"""What a lexicon holds: the words of one language that betray an announcement, and their weights.

Values only. Files are read and checked in `bot.catalogue.lexicons`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.detection.nouns import Nouns
from bot.domain.notices import Kind, Scope, Severity, What


class Reach(StrEnum):
    """How far a rule that speaks against an announcement carries."""

    SENTENCE = "sentence"  # what the same sentence announces counts for nothing
    TEXT = "text"  # the whole text is less likely to announce anything


class Shape(StrEnum):
    """How the named groups of a date pattern are to be read."""

    DATE = "date"  # day, month, perhaps year
    NUMERIC = "numeric"  # first, second, year
    ISO = "iso"  # year, month, day
    MONTH = "month"  # month, perhaps part and year
    MONTH_END = "month_end"  # perhaps next
    LAST_DAY = "last_day"  # month, perhaps year: its last day
    YEAR_END = "year_end"  # perhaps year
    HALF = "half"  # half (1 or 2), perhaps year: its last day
    QUARTER = "quarter"  # quarter (else the present one), perhaps year; with end: its last day
    NEXT_MONTH = "next_month"
    SPAN = "span"  # count and unit from publication
    AFTER = "after"  # count and unit from the date named before
    BEFORE = "before"  # count and unit before the date named before
    SAME = "same"  # the date named before
    TODAY = "today"  # perhaps word: what of it stands for the day
    TOMORROW = "tomorrow"
    DAY = "day"  # a day of the month without its month, perhaps next or this (month)
    WEEKDAY = "weekday"  # the next such day
    FEAST = "feast"


@dataclass(frozen=True, slots=True)
class Rule:
    """A signal: `weight` above 0 speaks for `kind`, below 0 against any announcement.

    Patterns are re2, matched on folded words with single spaces; `@` marks a capital. `outranks`
    lets a kind win over a graver one (merged sites are a migration though one of them goes dark).
    `title_only` limits where it counts.
    """

    name: str
    weight: float
    patterns: tuple[str, ...]
    kind: Kind = Kind.NONE
    scope: Scope | None = None
    severity: Severity | None = None
    reach: Reach = Reach.SENTENCE
    topics: tuple[str, ...] = ()
    outranks: bool = False
    title_only: bool = False


@dataclass(frozen=True, slots=True)
class DateCue:
    """What a date near one of `patterns` means; `what` None: it binds nobody.

    The date itself reads `~` in what patterns see. A `firm` cue says it by a whole phrase, and
    wins over single words that stand nearer.
    """

    what: What | None
    patterns: tuple[str, ...]
    firm: bool = False


@dataclass(frozen=True, slots=True)
class DatePattern:
    """A way to write a date, as re2 with named groups on folded text."""

    shape: Shape
    pattern: str


@dataclass(frozen=True, slots=True)
class Topic:
    """A subject that makers ask for, and the words that show it."""

    name: str
    patterns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NameCues:
    """Words beside a name: what it does, what is done to it, or where sellers are sent."""

    subject_after: tuple[str, ...]
    object_before: tuple[str, ...]
    successor_before: tuple[str, ...]
    successor_after: tuple[str, ...]
    bystander_before: tuple[str, ...]
    greetings: frozenset[str]
    never: frozenset[str]


@dataclass(frozen=True, slots=True)
class Calendar:
    """Words for times. `parts` maps to `early`, `middle` or `late`; `units` to day, week, month."""

    months: Mapping[str, int]
    weekdays: Mapping[str, int]
    numbers: Mapping[str, int]
    units: Mapping[str, str]
    parts: Mapping[str, str]
    feasts: Mapping[str, tuple[int, int]]
    day_first: bool


@dataclass(frozen=True, slots=True)
class Binding:
    """How a date speaks where no rule knows the words around it: the name of that signal, and what
    a text must not be about (feasts, fairs, contests, offers), since such days bind no seller."""

    name: str
    unless: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """One language. `common` are its most frequent words, by which it is recognised.

    `superseded` is sought right before a date, `superseded_after` right after it; `from_now` are
    the words before "today" that let something begin, `joins` those that join two clauses.
    """

    language: str
    common: frozenset[str]
    joins: tuple[str, ...]
    binding: Binding
    nouns: Nouns
    from_now: tuple[str, ...]
    rules: tuple[Rule, ...]
    cues: tuple[DateCue, ...]
    superseded: tuple[str, ...]
    superseded_after: tuple[str, ...]
    dates: tuple[DatePattern, ...]
    topics: tuple[Topic, ...]
    names: NameCues
    calendar: Calendar
