"""Dates in a sentence, from the lexicon's patterns and the day of publication.

Refuses what has no year in sight: without a day of publication only dates with a year are read.
"""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.detection.lexicon import Calendar, DatePattern, Shape
from bot.detection.patterns import Pattern, PatternSet
from bot.domain.notices import Precision

FARTHEST = 10
"""Years from publication beyond which two figures are no year."""

LATE_NEWS = timedelta(days=75)
"""A date without a year may lie this long before publication; beyond that next year is meant."""

MOST_DATES = 20
"""Dates that are read in one sentence: what holds more is a table."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A date as written: its place in the sentence and what it resolves to."""

    start: int
    end: int
    on: date
    precision: Precision
    ends_period: bool  # the last day of a month, half or year
    shape: Shape


class DateReader:
    """Reads the dates of one language."""

    def __init__(self, patterns: Sequence[DatePattern], words: Calendar) -> None:
        self._words = words
        self._shapes = tuple((entry.shape, Pattern(entry.pattern)) for entry in patterns)
        self._set = PatternSet((entry.pattern, index) for index, entry in enumerate(patterns))

    def read(
        self,
        folded: str,
        published: date | None,
        before: date | None,
        closing: date | None = None,
    ) -> list[Mention]:
        """The dates of a folded sentence; `before` is the last date named earlier in the text,
        `closing` the day on which all ends, where one was named."""
        spans: list[tuple[int, int, Shape, dict[str, str]]] = []
        for index in self._set.match(folded):
            shape, pattern = self._shapes[index]
            for start, end, got in pattern.groups(folded):
                spans.append((*_itself(folded, start, end, shape, got), shape, got))
        spans.sort(key=lambda span: (span[0], -span[1]))
        mentions: list[Mention] = []
        reached = -1
        for start, end, shape, got in spans:
            if start < reached:
                continue
            earlier = closing if "closing" in got and closing else before
            resolved = self._resolve(shape, got, published, earlier)
            if resolved is None:
                continue
            on, precision, ends = resolved
            if mentions and mentions[-1].shape is Shape.WEEKDAY and start - mentions[-1].end <= 3:
                mentions.pop()  # "by Thursday, 31 August": the day of the week adds nothing
            if len(mentions) == MOST_DATES:
                break
            mentions.append(Mention(start, end, on, precision, ends, shape))
            before, reached = on, end
        return mentions

    def _resolve(
        self, shape: Shape, got: dict[str, str], published: date | None, before: date | None
    ) -> tuple[date, Precision, bool] | None:
        try:
            return self._read_shape(shape, got, published, before)
        except (ValueError, OverflowError, KeyError):
            return None  # the 31st of June, the year 0, a number nobody means

    def _read_shape(
        self, shape: Shape, got: dict[str, str], published: date | None, before: date | None
    ) -> tuple[date, Precision, bool] | None:
        match shape:
            case Shape.DATE | Shape.NUMERIC | Shape.ISO | Shape.FEAST | Shape.LAST_DAY:
                return self._day(shape, got, published, before)
            case Shape.MONTH | Shape.QUARTER:
                return self._month(shape, got, published)
            case Shape.AFTER | Shape.BEFORE | Shape.SAME:
                on = before or published
                if on is None or (shape is not Shape.AFTER and before is None):
                    return None
                return self._apart(on, shape, got), Precision.DAY, False
            case _:
                return self._relative(shape, got, published, before)

    def _day(
        self, shape: Shape, got: dict[str, str], published: date | None, before: date | None
    ) -> tuple[date, Precision, bool] | None:
        year = _year(got)
        match shape:
            case Shape.ISO:
                return (
                    date(int(got["year"]), int(got["month"]), int(got["day"])),
                    Precision.DAY,
                    False,
                )
            case Shape.NUMERIC:
                if year is not None and len(got["year"]) == 2 and not _is_likely(year, published):
                    return None  # 3.13.40 is a version
                month, day = int(got["second"]), int(got["first"])
                if month > 12 or (day <= 12 and not self._words.day_first):
                    month, day = day, month
            case Shape.FEAST:
                month, day = self._words.feasts[got["feast"]]
            case Shape.LAST_DAY:
                month, day = self._words.months[got["month"]], 0
            case _:
                month, day = self._words.months[got["month"]], self._number(got["day"])
        if year is None:
            anchor = published or before
            if anchor is None:
                return None
            year = _near_year(anchor, month, day or 28, future=shape is Shape.FEAST)
        if shape is Shape.LAST_DAY:
            return _last_day(year, month), Precision.DAY, True
        return date(year, month, day), Precision.DAY, False

    def _month(
        self, shape: Shape, got: dict[str, str], published: date | None
    ) -> tuple[date, Precision, bool] | None:
        if shape is Shape.QUARTER and "quarter" not in got:
            if published is None:
                return None
            month = 3 * ((published.month - 1) // 3) + 1  # the one that runs
        elif shape is Shape.QUARTER:
            month = 3 * self._number(got["quarter"]) - 2
        else:
            month = self._words.months[got["month"]]
        year = _year(got)
        if year is None:
            if published is None:
                return None
            year = _near_year(published, month, 28, future=True)
        part = self._words.parts.get(got.get("part", ""))
        on = date(year, month, 1)
        if shape is Shape.QUARTER and "end" in got:
            return _last_day(year, month + 2), Precision.DAY, True
        if shape is Shape.QUARTER:
            return on, Precision.QUARTER, False
        if part == "late":
            return _last_day(year, month), Precision.PART, True
        return on, Precision.PART if part else Precision.MONTH, False

    def _relative(
        self, shape: Shape, got: dict[str, str], published: date | None, before: date | None
    ) -> tuple[date, Precision, bool] | None:
        if published is None:
            if shape is Shape.YEAR_END and "year" in got:
                return date(int(got["year"]), 12, 31), Precision.DAY, True
            return None
        match shape:
            case Shape.TODAY:
                return published, Precision.DAY, False
            case Shape.TOMORROW:
                return published + timedelta(days=1), Precision.DAY, False
            case Shape.SPAN:
                return self._later(published, got), Precision.DAY, False
            case Shape.MONTH_END:
                month = _plus_months(published.replace(day=1), 1 if "next" in got else 0)
                return _last_day(month.year, month.month), Precision.DAY, True
            case Shape.NEXT_MONTH:
                return _plus_months(published.replace(day=1), 1), Precision.MONTH, False
            case Shape.YEAR_END:
                return date(_year(got) or published.year, 12, 31), Precision.DAY, True
            case Shape.HALF:
                half = _half_end(_year(got) or published.year, got)
                return half, Precision.DAY, True
            case Shape.DAY:
                day = self._number(got["day"])
                if "next" in got:
                    month = _plus_months(published.replace(day=1), 1)
                    return month.replace(day=day), Precision.DAY, False
                if "this" in got:
                    return published.replace(day=day), Precision.DAY, False
                # "by the 10th" after "on 3 September" is the 10 September.
                return _next_day(max(published, before or published), day), Precision.DAY, False
            case Shape.WEEKDAY:
                ahead = (self._words.weekdays[got["weekday"]] - published.weekday()) % 7 or 7
                return published + timedelta(days=ahead), Precision.DAY, False
            case _:
                return None

    def _apart(self, on: date, shape: Shape, got: dict[str, str]) -> date:
        match shape:
            case Shape.AFTER:
                return self._later(on, got)
            case Shape.BEFORE:
                return self._later(on, got, -1)
            case _:
                return on

    def _later(self, on: date, got: dict[str, str], sign: int = 1) -> date:
        count = sign * self._number(got["count"])
        match self._words.units[got["unit"]]:
            case "hour":
                return on + timedelta(days=count // 24)
            case "day":
                return on + timedelta(days=count)
            case "week":
                return on + timedelta(weeks=count)
            case "fortnight":
                return on + timedelta(weeks=2 * count)
            case "month":
                return _plus_months(on, count)
            case _:
                return _plus_months(on, 12 * count)

    def _number(self, word: str) -> int:
        digits = "".join(char for char in word if char.isdigit())
        return int(digits) if digits else self._words.numbers[word]


def _itself(
    folded: str, start: int, end: int, shape: Shape, got: dict[str, str]
) -> tuple[int, int]:
    """Where the date itself stands, without the words that its pattern needs around it."""
    match shape:
        case Shape.DAY:
            return folded.index(got["day"], start), end
        case Shape.MONTH:
            return folded.index(got.get("part") or got["month"], start), end
        case Shape.WEEKDAY:
            return folded.index(got["weekday"], start), end
        case Shape.TODAY if "word" in got:
            begin = folded.index(got["word"], start)
            return begin, begin + len(got["word"])
        case _:
            return start, end


def _year(got: dict[str, str]) -> int | None:
    written = got.get("year")
    if written is None:
        return None
    return int(written) + (2000 if len(written) == 2 else 0)


def _is_likely(year: int, published: date | None) -> bool:
    """Whether two figures are a year: not one that lies far from publication."""
    return published is None or abs(year - published.year) <= FARTHEST


def _near_year(anchor: date, month: int, day: int, *, future: bool) -> int:
    earliest = anchor - (timedelta(days=31) if future else LATE_NEWS)
    for year in (anchor.year - 1, anchor.year):
        last = calendar.monthrange(year, month)[1]
        if date(year, month, min(day, last)) >= earliest:
            return year
    return anchor.year + 1


def _last_day(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _plus_months(on: date, months: int) -> date:
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    return date(year, month + 1, min(on.day, calendar.monthrange(year, month + 1)[1]))


def _half_end(year: int, got: dict[str, str]) -> date:
    return date(year, 6, 30) if "first" in got else date(year, 12, 31)


def _next_day(published: date, day: int) -> date:
    for months in range(3):
        month = _plus_months(published.replace(day=1), months)
        if day <= calendar.monthrange(month.year, month.month)[1]:
            on = month.replace(day=day)
            if on >= published:
                return on
    raise ValueError(day)
