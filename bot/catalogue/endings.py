"""Reads how a platform ended: `[[endings]]` in its own file, since a past is a fact about it.

A date is a day (2017-07-03) or a text where no more is known ("2017-07", "2017"). Refuses an end
before its announcement, and words in one language only.
"""

from datetime import date
from enum import StrEnum

from bot.catalogue.checklists import REQUIRED_LANGUAGES
from bot.catalogue.tables import Table
from bot.domain.platforms import Certainty, Ending, Exactness, PastDate

LONGEST_PART = 80
LONGEST_NOTE = 220
"""Characters: a platform's history must fit into one Discord message."""

_DATES = ("announced_on", "last_sale_on", "off_on")


class FirstWord(StrEnum):
    """How sellers first heard that it would end."""

    LETTER = "letter"  # a mail or letter to them
    BLOG = "blog"
    SITE = "site"  # a notice on the site, in its help centre or profile
    PRESS = "press"
    EXCHANGE = "exchange"  # a notice to the stock exchange
    COURT = "court"  # a court or regulator
    NOBODY = "nobody"  # it was gone


def read_ending(table: Table) -> Ending:
    """One `[[endings]]`; what is wrong is remembered in `table`."""
    doubtful = table.texts("doubtful")
    dates = {key: _past(table, key, doubtful) for key in _DATES}
    for value in doubtful:
        if dates.get(value) is None:
            table.fault("no_such_date", "doubtful", value=value)
    if not any(dates.values()):
        table.fault("missing", _DATES[0])
    for first, then in ((0, 1), (0, 2), (1, 2)):
        _check_order(table, _DATES[first], _DATES[then], dates)
    has_word = "first_word" in table.values
    ending = Ending(
        certainty=table.choice("certainty", Certainty),
        announced=dates["announced_on"],
        last_sale=dates["last_sale_on"],
        off=dates["off_on"],
        first_word=table.choice("first_word", FirstWord).value if has_word else None,
        part=_words(table, "part", LONGEST_PART),
        note=_words(table, "note", LONGEST_NOTE),
        evidence=table.address("evidence") if "evidence" in table.values else None,
    )
    table.done()
    return ending


def _past(table: Table, key: str, doubtful: tuple[str, ...]) -> PastDate | None:
    if not isinstance(table.values.get(key), str):
        day = table.day(key)
        return PastDate(day, Exactness.DAY, key in doubtful) if day else None
    written = table.text(key)
    try:
        exactness = {4: Exactness.YEAR, 7: Exactness.MONTH}[len(written)]
        on = date.fromisoformat(f"{written}-01-01"[:10])
    except (KeyError, ValueError):
        table.fault("past_date", key, value=written)
        return None
    return PastDate(on, exactness, key in doubtful)


def _check_order(table: Table, first: str, then: str, dates: dict[str, PastDate | None]) -> None:
    one, other = dates[first], dates[then]
    if one and other and other.on < _first_day(one.on, other.exactness):
        table.fault("date_order", then, other=first)


def _first_day(on: date, exactness: Exactness) -> date:
    """The first day of what can be compared: "2017-07" does not lie before the 3rd of July."""
    match exactness:
        case Exactness.DAY:
            return on
        case Exactness.MONTH:
            return on.replace(day=1)
        case Exactness.YEAR:
            return on.replace(month=1, day=1)


def _words(table: Table, key: str, longest: int) -> dict[str, str]:
    return table.wording(key, REQUIRED_LANGUAGES, longest) if key in table.values else {}
