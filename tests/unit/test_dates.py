"""How dates are read: every way to write them, resolved from the day of publication."""

import calendar
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.catalogue.lexicons import load_lexicons
from bot.detection.dates import DateReader
from bot.detection.words import fold_in_place
from bot.domain.notices import Precision

DATA = Path(__file__).parents[2] / "data"
MONDAY = date(2017, 7, 3)


@cache
def reader(language: str) -> DateReader:
    lexicon = load_lexicons(DATA / "lexicons")[language]
    return DateReader(lexicon.dates, lexicon.calendar)


def read(
    language: str, text: str, published: date | None = MONDAY, before: date | None = None
) -> list[str]:
    found = reader(language).read(fold_in_place(text), published, before)
    return [
        f"{each.on:%Y-%m-%d}" if each.precision is Precision.DAY else f"{each.on:%Y-%m}"
        for each in found
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("on 31 August 2017", "2017-08-31"),
        ("on August 31st, 2017 at noon", "2017-08-31"),
        ("by the 31st of August", "2017-08-31"),
        ("by Thursday, August 31", "2017-08-31"),
        ("as of 2017-08-31", "2017-08-31"),
        ("on 31/08/2017", "2017-08-31"),
        ("on 8/31/2017", "2017-08-31"),
        ("on 31 January", "2018-01-31"),
        ("since 1 June", "2017-06-01"),
        ("at the end of August", "2017-08"),
        ("in mid-September", "2017-09"),
        ("in early October 2017", "2017-10"),
        ("in March", "2018-03"),
        ("the final day of February", "2018-02-28"),
        ("by the end of the month", "2017-07-31"),
        ("at the end of next month", "2017-08-31"),
        ("by the end of the year", "2017-12-31"),
        ("by the end of the first half of the year", "2017-06-30"),
        ("from the fourth quarter", "2017-10"),
        ("Q3 2018", "2018-07"),
        ("in six weeks", "2017-08-14"),
        ("within 30 days", "2017-08-02"),
        ("in one month", "2017-08-03"),
        ("30 days from the date of this email", "2017-08-02"),
        ("from today", "2017-07-03"),
        ("with effect from today", "2017-07-03"),
        ("as of this morning", "2017-07-03"),
        ("sign-ups are now closed", "2017-07-03"),
        ("within 48 hours", "2017-07-05"),
        ("on the 3rd of next month", "2017-08-03"),
        ("tomorrow", "2017-07-04"),
        ("until Friday", "2017-07-07"),
        ("on the 21st", "2017-07-21"),
        ("on New Year's Eve", "2017-12-31"),
    ],
)
def test_english_dates(text: str, expected: str) -> None:
    assert read("en", text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("le 31 août 2017", "2017-08-31"),
        ("le 31 août", "2017-08-31"),
        ("à compter du 1er septembre", "2017-09-01"),
        ("dès le premier octobre", "2017-10-01"),
        ("au 31/12/2017", "2017-12-31"),
        ("le 03/09/2017", "2017-09-03"),
        ("fin août", "2017-08"),
        ("début septembre 2017", "2017-09"),
        ("mi-août", "2017-08"),
        ("courant décembre", "2017-12"),
        ("en mars 2018", "2018-03"),
        ("avant la fin du mois", "2017-07-31"),
        ("à la fin du mois prochain", "2017-08-31"),
        ("d'ici la fin de l'année", "2017-12-31"),
        ("dans six semaines", "2017-08-14"),
        ("sous 30 jours", "2017-08-02"),
        ("dans les 30 jours suivant cet e-mail", "2017-08-02"),
        ("d’ici un mois", "2017-08-03"),
        ("dès aujourd'hui", "2017-07-03"),
        ("depuis ce matin", "2017-07-03"),
        ("dès à présent", "2017-07-03"),
        ("à compter de ce jour", "2017-07-03"),
        ("avec effet immédiat", "2017-07-03"),
        ("il est désormais impossible de vendre", "2017-07-03"),
        ("sous 48 heures", "2017-07-05"),
        ("le 3 du mois prochain", "2017-08-03"),
        ("demain", "2017-07-04"),
        ("jusqu'à la Saint-Sylvestre", "2017-12-31"),
        ("le 31 janvier", "2018-01-31"),
    ],
)
def test_french_dates(text: str, expected: str) -> None:
    assert read("fr", text) == [expected]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "You may list and march on; we sold 12 of 24 items"),
        ("en", "chapter 7 of version 2.1 costs 10.50"),
        ("en", "the last day is now fixed; see you in the autumn"),
        ("fr", "le 31 juin"),
        ("fr", "la date est désormais fixée, à l'automne"),
        ("fr", "12 mugs, 24 bols et 3 maisons"),
    ],
)
def test_what_is_no_date_is_none(language: str, text: str) -> None:
    assert read(language, text) == []


def test_a_span_after_that_counts_from_the_date_before() -> None:
    assert read("en", "Ship by 10 March 2018, and we pay two weeks after that.") == [
        "2018-03-10",
        "2018-03-24",
    ]
    assert read("fr", "un mois après cette date", before=date(2017, 10, 15)) == ["2017-11-15"]


def test_a_bare_day_counts_from_the_date_before() -> None:
    assert read("en", "We close on 3 September; ship by the 10th.") == ["2017-09-03", "2017-09-10"]


def test_without_publication_only_dates_with_a_year_are_read() -> None:
    assert read("en", "on 31 August, in six weeks, next month", published=None) == []
    assert read("en", "on 31 August 2017", published=None) == ["2017-08-31"]


@settings(max_examples=200, deadline=None)
@given(st.dates(date(2000, 1, 1), date(2060, 12, 28)), st.dates(date(2000, 2, 1)))
def test_a_written_out_day_is_read_whatever_the_publication(on: date, published: date) -> None:
    written = f"on {on.day} {calendar.month_name[on.month]} {on.year}"
    assert read("en", written, published) == [on.isoformat()]


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="0123456789 /.-stndrdmayjunfevrieraoutinweekdays", max_size=80))
def test_no_text_makes_the_reader_fail(text: str) -> None:
    for language in ("en", "fr"):
        read(language, text, date(9999, 12, 31))
        read(language, text, date(1, 1, 1))
