"""Notices become one incident: whose word counts, which date holds, what moderators set right."""

from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.incidents import Correction, DateCorrection, Facts, ToldNotice, corrected, merge
from bot.domain.notices import Deadline, Kind, Origin, Precision, Severity, What
from tests.told import deadline, facts, told

END = What.SITE_OFF


def days(told_facts: Facts) -> list[tuple[str, str]]:
    return [(each.what.value, each.iso) for each in told_facts.deadlines]


def test_an_incident_without_notices_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        merge([])


def test_the_platforms_own_word_leads_although_the_press_is_newer() -> None:
    merged = merge(
        [
            told(deadline(END, "2026-05-31"), id=1, title="We are closing"),
            told(id=2, origin=Origin.PRESS, title="Kilnfolk to shut", days=3),
        ]
    )
    assert merged.headline == "We are closing"
    assert merged.confirmed
    assert [link.url for link in merged.links] == [
        "https://kilnfolk.example/1",
        "https://kilnfolk.example/2",
    ]


def test_press_leads_before_members_reports() -> None:
    merged = merge(
        [
            told(id=1, origin=Origin.COMMUNITY, title="I received this", days=3),
            told(id=2, origin=Origin.PRESS, title="Kilnfolk to shut"),
        ]
    )
    assert (merged.headline, merged.origin) == ("Kilnfolk to shut", Origin.PRESS)


def test_nobody_adds_dates_or_successors_to_what_the_platform_said() -> None:
    official = told(deadline(END, "2026-05-31"), severity=Severity.IMPORTANT)
    rumour = told(
        deadline(What.ACCOUNT_SUSPENDED, "2026-03-10"),
        id=2,
        origin=Origin.COMMUNITY,
        successor="Grift",
        days=1,
    )
    press = told(deadline(END, "2026-04-30"), id=3, origin=Origin.PRESS, days=2)
    merged = merge([official, rumour, press])
    assert days(merged) == [("site_off", "2026-05-31")]
    assert (merged.successor, merged.severity) == (None, Severity.IMPORTANT)
    assert len(merged.links) == 3


def test_a_newer_official_date_supersedes_the_older_one() -> None:
    merged = merge(
        [
            told(deadline(END, "2026-05-31"), deadline(What.LAST_SALE, "2026-04-30")),
            told(deadline(END, "2026-06-30"), id=2, days=10),
        ]
    )
    assert days(merged) == [("last_sale", "2026-04-30"), ("site_off", "2026-06-30")]


def test_a_date_for_everybody_supersedes_one_for_some() -> None:
    merged = merge(
        [
            told(deadline(END, "2026-05-31", audience="sellers in Germany")),
            told(deadline(END, "2026-06-30"), id=2, days=10),
        ]
    )
    assert days(merged) == [("site_off", "2026-06-30")]


def test_a_date_for_some_leaves_that_for_everybody() -> None:
    merged = merge(
        [
            told(deadline(END, "2026-05-31")),
            told(deadline(END, "2026-06-30", audience="sellers in Germany"), id=2, days=10),
        ]
    )
    assert days(merged) == [("site_off", "2026-05-31"), ("site_off", "2026-06-30")]


def test_dates_of_nothing_in_particular_do_not_supersede_each_other() -> None:
    merged = merge(
        [
            told(deadline(What.OTHER, "2026-05-31")),
            told(deadline(What.OTHER, "2026-06-30"), id=2, days=10),
        ]
    )
    assert len(merged.deadlines) == 2


def test_conflicting_claims_are_both_shown_while_nothing_is_official() -> None:
    merged = merge(
        [
            told(deadline(END, "2026-05-31"), origin=Origin.PRESS, source_name="Craft News"),
            told(deadline(END, "2026-06-30"), id=2, origin=Origin.PRESS, source_name="Shop Daily"),
        ]
    )
    assert days(merged) == [("site_off", "2026-05-31"), ("site_off", "2026-06-30")]


def test_one_newspaper_corrects_itself() -> None:
    merged = merge(
        [
            told(deadline(END, "2026-05-31"), origin=Origin.PRESS, source_name="Craft News"),
            told(
                deadline(END, "2026-06-30"),
                id=2,
                origin=Origin.PRESS,
                source_name="Craft News",
                days=4,
            ),
        ]
    )
    assert days(merged) == [("site_off", "2026-06-30")]


def test_a_month_that_has_not_ended_is_still_to_come() -> None:
    known = facts(told(deadline(END, "2026-03"), deadline(What.LAST_SALE, "2026-03-01")))
    assert [each.what for each in known.upcoming(date(2026, 3, 15))] == [END, What.LAST_SALE]


def test_a_correction_survives_later_notices() -> None:
    correction = Correction(dates=(DateCorrection(END, date(2026, 5, 30), date(2026, 5, 31)),))
    first = told(deadline(END, "2026-05-30"))
    reminder = told(deadline(END, "2026-05-30"), id=2, days=20)
    assert days(merge([first, reminder], correction)) == [("site_off", "2026-05-31")]


def test_a_correction_yields_where_the_source_itself_moves_on() -> None:
    correction = Correction(dates=(DateCorrection(END, date(2026, 5, 30), date(2026, 5, 31)),))
    moved = told(deadline(END, "2026-07-31"))
    assert days(merge([moved], correction)) == [("site_off", "2026-07-31")]


def test_a_date_that_a_moderator_added_yields_to_the_sources_own() -> None:
    added = Correction(dates=(DateCorrection(END, None, date(2026, 5, 31)),))
    assert days(merge([told()], added)) == [("site_off", "2026-05-31")]
    assert days(merge([told(deadline(END, "2026-06-30"))], added)) == [("site_off", "2026-06-30")]


def test_a_date_that_binds_nobody_is_taken_away() -> None:
    away = Correction(dates=(DateCorrection(END, date(2026, 5, 31), None),))
    assert days(merge([told(deadline(END, "2026-05-31"))], away)) == []


def test_a_correction_of_kind_and_platform_holds() -> None:
    correction = Correction(kind=Kind.MIGRATION, platform="potmarket", platform_name="Potmarket")
    merged = merge([told()], correction)
    assert (merged.kind, merged.platform) == (Kind.MIGRATION, "potmarket")


def test_two_corrections_of_one_date_make_one() -> None:
    first = Correction(dates=(DateCorrection(END, date(2026, 5, 30), date(2026, 5, 31)),))
    second = Correction(dates=(DateCorrection(END, date(2026, 5, 31), date(2026, 6, 1)),))
    both = first.and_then(second)
    assert both.dates == (DateCorrection(END, date(2026, 5, 30), date(2026, 6, 1)),)


def test_a_date_added_and_taken_away_again_leaves_nothing() -> None:
    first = Correction(dates=(DateCorrection(END, None, date(2026, 5, 31)),))
    second = Correction(dates=(DateCorrection(END, date(2026, 5, 31), None),))
    assert first.and_then(second).dates == ()


def test_two_dates_corrected_to_one_day_are_one_date() -> None:
    known = facts(told(deadline(END, "2026-05-30"), deadline(END, "2026-06-30", audience="some")))
    first = Correction(dates=(DateCorrection(END, date(2026, 5, 30), date(2026, 6, 1)),))
    second = Correction(dates=(DateCorrection(END, date(2026, 6, 30), date(2026, 6, 1)),))
    assert days(corrected(known, first.and_then(second))) == [("site_off", "2026-06-01")]


DAYS = st.dates(date(2026, 3, 3), date(2026, 3, 12))
WHATS = st.sampled_from([What.SITE_OFF, What.LAST_SALE])


@given(said=DAYS, changes=st.lists(DAYS | st.none(), min_size=1, max_size=4))
def test_corrections_one_after_the_other_are_as_one(said: date, changes: list[date | None]) -> None:
    known = facts(told(Deadline(said, Precision.DAY, END, "quoted")))
    step, composed, present = known, Correction(), said
    for wanted in changes:
        each = Correction(dates=(DateCorrection(END, present, wanted),))
        step, composed = corrected(step, each), composed.and_then(each)
        if wanted is None:
            break
        present = wanted
    assert days(corrected(known, composed)) == days(step)


@st.composite
def notices(draw: st.DrawFn) -> list[ToldNotice]:
    many = draw(st.integers(1, 5))
    return [
        told(
            *draw(st.lists(st.builds(deadline, WHATS, DAYS), max_size=3)),
            id=number + 1,
            origin=draw(st.sampled_from(Origin)),
            kind=draw(st.sampled_from([Kind.CLOSURE, Kind.MIGRATION])),
            days=draw(st.integers(0, 5)),
        )
        for number in range(many)
    ]


@given(notices(), st.randoms())
def test_the_order_in_which_notices_arrive_makes_no_difference(
    given_notices: list[ToldNotice], shuffle: Random
) -> None:
    shuffled = list(given_notices)
    shuffle.shuffle(shuffled)
    assert merge(shuffled) == merge(given_notices)


@given(notices())
def test_every_date_shown_was_said_by_somebody_of_the_best_origin(
    given_notices: list[ToldNotice],
) -> None:
    merged = merge(given_notices)
    said = {
        each
        for notice in given_notices
        if notice.origin is Origin.OFFICIAL or not merged.confirmed
        for each in notice.notice.deadlines
    }
    assert set(merged.deadlines) <= said
    assert list(merged.deadlines) == sorted(
        merged.deadlines, key=lambda each: (each.on, each.what.value)
    )
    assert merged.announced_on == min(each.published_at for each in given_notices).date()
