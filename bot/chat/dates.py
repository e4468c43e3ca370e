"""Dates in cards: in words with their year and, where the day is known, as Discord's timestamps.

A calendar date is anchored at 12:00 UTC (midnight would be the day before in America). A month is
words only. Refuses to call a month passed before its last day.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from bot.chat import escape
from bot.chat.limits import Block
from bot.domain.checklists import latest_day
from bot.domain.incidents import Correction
from bot.domain.notices import Deadline, Precision, What
from bot.i18n import Texts

AUDIENCE_MAX = 80
"""Characters of the words that say whom a date binds."""

_ONE_DAY_ONLY = frozenset(
    {
        What.LISTING_FREEZE,
        What.SIGNUP_FREEZE,
        What.LAST_SALE,
        What.SHIP_BY,
        What.PAYOUT,
        What.EXPORT_UNTIL,
        What.DATA_DELETED,
        What.SITE_OFF,
    }
)


@dataclass(frozen=True, slots=True)
class Dates:
    """Dates in the words of one locale."""

    texts: Texts
    locale: str

    def day(self, on: date) -> str:
        """A day in words with its year."""
        return self.texts.day(self.locale, on)

    def when(self, deadline: Deadline) -> str:
        """A deadline's date in words, as exactly as it is known."""
        match deadline.precision:
            case Precision.DAY:
                return self.day(deadline.on)
            case Precision.QUARTER:
                quarter = (deadline.on.month - 1) // 3 + 1
                return self.texts.get(self.locale, "common.quarter", quarter, year=deadline.on.year)
            case Precision.PART | Precision.MONTH:
                month = self.texts.month(self.locale, deadline.on)
                return self.texts.get(self.locale, "common.some_day", month=month)

    def marked(self, on: date) -> str:
        """A day in words with its year, and as a timestamp."""
        return self.texts.get(self.locale, "common.marked", day=self.day(on), stamp=stamp(on, "D"))

    def iso(self, written: str | None, *, marked: bool = False) -> str:
        """`YYYY-MM-DD` or `YYYY-MM` in words; a dash for None. `marked`: with a timestamp."""
        if written is None:
            return "–"
        if len(written) == len("YYYY-MM"):
            return self.texts.month(self.locale, date.fromisoformat(f"{written}-01"))
        on = date.fromisoformat(written)
        return self.marked(on) if marked else self.day(on)

    def line(self, deadline: Deadline, today: date, earlier: str | None = None) -> str:
        """One deadline as a line: what, when, how far away, for whom, and what was said before."""
        what = self.texts.get(self.locale, f"common.what.{deadline.what.value}")
        parts = [self._state(deadline, today, what)]
        if deadline.audience and (audience := escape.inline(deadline.audience, AUDIENCE_MAX)):
            parts.append(self.texts.get(self.locale, "common.deadline.audience", audience=audience))
        if earlier:
            parts.append(self.texts.get(self.locale, "common.deadline.earlier", day=earlier))
        return "- " + " · ".join(parts)

    def conflicts(self, deadlines: Sequence[Deadline], today: date) -> tuple[str, ...]:
        """A line for each thing that is said to end on several days: plan for the earliest."""
        lines = []
        for what in dict.fromkeys(each.what for each in deadlines):
            days = _claims(what, deadlines, today)
            if len(days) > 1:
                name = self.texts.get(self.locale, f"common.what.{what.value}")
                day = self.marked(min(days))
                lines.append(self.texts.get(self.locale, "common.conflict", what=name, day=day))
        return tuple(lines)

    def _state(self, deadline: Deadline, today: date, what: str) -> str:
        if deadline.precision is not Precision.DAY:
            key = "passed_month" if passed(deadline, today) else "month"
            when = self.when(deadline)
            return self.texts.get(self.locale, f"common.deadline.{key}", what=what, when=when)
        if deadline.on == today:
            key = "today"
        else:
            key = "passed" if deadline.on < today else "ahead"
        return self.texts.get(
            self.locale,
            f"common.deadline.{key}",
            what=what,
            when=self.day(deadline.on),
            stamp=stamp(deadline.on, "D"),
            countdown=stamp(deadline.on, "R"),
        )


def stamp(on: date, style: str) -> str:
    """A calendar date as a Discord timestamp, anchored at noon UTC."""
    return moment_stamp(datetime(on.year, on.month, on.day, 12, tzinfo=UTC), style)


def moment_stamp(at: datetime, style: str = "f") -> str:
    """An instant as a Discord timestamp, shown in the reader's own time zone."""
    return f"<t:{int(at.timestamp())}:{style}>"


def passed(deadline: Deadline, today: date) -> bool:
    """Whether the deadline lies behind us whatever it means exactly."""
    return latest_day(deadline) < today


def nearest_first(deadlines: Sequence[Deadline], today: date) -> tuple[Deadline, ...]:
    """What is still to come, nearest first, then what has passed, latest first."""
    ahead = [each for each in deadlines if not passed(each, today)]
    behind = [each for each in deadlines if passed(each, today)]
    ahead.sort(key=lambda each: each.on)
    behind.sort(key=lambda each: each.on, reverse=True)
    return (*ahead, *behind)


def corrected_from(deadline: Deadline, correction: Correction | None) -> date | None:
    """The day that the moderators replaced by this one."""
    said = correction.dates if correction else ()
    found = (each.was for each in said if each.what is deadline.what and each.on == deadline.on)
    return next(found, None)


def lines_block(rank: int, head: str, lines: Sequence[str], more: Callable[[int], str]) -> Block:
    """As many lines as the room allows, the first always; `more(n)` says that `n` are left out."""

    def write(room: int) -> str:
        for count in range(len(lines), 0, -1):
            left_out = len(lines) - count
            shown = [head, *lines[:count], *([more(left_out)] if left_out else [])]
            text = "\n".join(shown)
            if len(text) <= room:
                return text
        return ""

    return Block(rank, write, len("\n".join([head, lines[0], more(len(lines))])))


def _claims(what: What, deadlines: Sequence[Deadline], today: date) -> set[date]:
    if what not in _ONE_DAY_ONLY:
        return set()
    exact = [each for each in deadlines if each.what is what and each.precision is Precision.DAY]
    audiences = {each.audience for each in exact}
    return {each.on for each in exact if each.on >= today} if len(audiences) == 1 else set()
