"""What is one event in the world and what is two, and what changed between two tellings."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.incidents import Change, Facts, changes, same_event
from bot.domain.notices import Kind, Origin, Scope, Severity, What
from tests.told import deadline, facts, told

FEES: dict[str, Any] = {
    "kind": Kind.POLICY,
    "severity": Severity.IMPORTANT,
    "topics": ("fees",),
    "title": "Changes to our selling fees",
    "quote": "The fee rises to 8 %.",
}


def fees(*dates: str, **more: Any) -> Facts:
    deadlines = [deadline(What.FEES_EFFECTIVE, day) for day in dates]
    return facts(told(*deadlines, **{**FEES, **more}))


def part(*dates: str, **more: Any) -> Facts:
    deadlines = [deadline(What.TOOLS_OFF, day) for day in dates]
    told_part: dict[str, Any] = {
        "scope": Scope.PART,
        "topics": ("feature-shutdown",),
        "title": "Glaze Studio ends",
    }
    return facts(told(*deadlines, **{**told_part, **more}))


@given(st.sampled_from(Kind), st.sampled_from(Scope))
def test_two_platforms_never_share_an_event(kind: Kind, scope: Scope) -> None:
    one = facts(told(deadline(What.SITE_OFF, "2026-05-31"), kind=kind, scope=scope))
    other = facts(
        told(deadline(What.SITE_OFF, "2026-05-31"), kind=kind, scope=scope, platform="potmarket")
    )
    assert not same_event(one, other)


def test_a_closure_and_the_move_to_a_successor_are_one() -> None:
    closure = facts(told(deadline(What.SITE_OFF, "2026-05-31")))
    move = facts(
        told(
            deadline(What.MIGRATE_BY, "2026-04-30"),
            kind=Kind.MIGRATION,
            title="Move your shop to Potmarket",
            days=20,
        )
    )
    assert same_event(closure, move)
    assert same_event(move, closure)


def test_a_postponement_belongs_to_its_closure() -> None:
    first = facts(told(deadline(What.SITE_OFF, "2026-05-31")))
    later = facts(
        told(deadline(What.SITE_OFF, "2026-08-31"), title="Good news: more time", days=60)
    )
    assert same_event(first, later)


def test_an_ending_told_years_later_is_another_one() -> None:
    assert not same_event(facts(told()), facts(told(days=500)))


def test_two_moves_that_have_nothing_in_common_are_two() -> None:
    payments = facts(
        told(
            deadline(What.MIGRATE_BY, "2026-04-01"),
            kind=Kind.MIGRATION,
            topics=("payments",),
            title="A new payment provider",
        )
    )
    owner = facts(
        told(
            kind=Kind.MIGRATION, topics=("acquisition",), title="Kilnfolk joins Potmarket", days=40
        )
    )
    assert not same_event(payments, owner)


def test_a_move_whose_day_is_put_off_is_one() -> None:
    first = facts(
        told(deadline(What.MIGRATE_BY, "2026-04-01"), kind=Kind.MIGRATION, topics=("payments",))
    )
    later = facts(
        told(
            deadline(What.MIGRATE_BY, "2026-06-01"),
            kind=Kind.MIGRATION,
            topics=("payments",),
            title="You asked for more time",
            days=20,
        )
    )
    assert same_event(first, later)


def test_two_fee_changes_within_weeks_are_two() -> None:
    assert not same_event(fees("2026-04-01"), fees("2026-05-15", days=21))
    listing = fees("2026-04-01", title="Listing fees rise")
    shipping = fees("2026-04-20", title="What changes for postage labels", topics=("shipping",))
    assert not same_event(listing, shipping)


def test_two_changes_of_one_day_on_different_topics_are_two() -> None:
    terms = fees("2026-04-01", title="Our new terms of use", topics=("terms",), quote="We updated.")
    assert not same_event(fees("2026-04-01"), terms)


@pytest.mark.parametrize(
    "title", ["Kilnfolk raises its prices", "Kilnfolk verlangt mehr Provision", "Dear seller"]
)
def test_one_change_told_by_blog_press_and_mail_is_one(title: str) -> None:
    elsewhere = fees("2026-04-01", title=title, origin=Origin.PRESS, days=2, quote="It costs more.")
    assert same_event(fees("2026-04-01"), elsewhere)


def test_a_month_and_a_day_in_it_agree() -> None:
    assert same_event(fees("2026-04-01"), fees("2026-04", title="Kilnfolk gets dearer"))


def test_a_change_without_a_date_told_at_the_same_time_is_one() -> None:
    undated = fees(title="Kilnfolk gets dearer", origin=Origin.PRESS, days=1, quote="Sellers moan.")
    assert same_event(fees("2026-04-01"), undated)
    assert same_event(undated, fees("2026-04-01"))


def test_a_change_without_a_date_told_weeks_later_is_another() -> None:
    undated = fees(
        title="Kilnfolk gets dearer", origin=Origin.PRESS, days=30, quote="Sellers moan."
    )
    assert not same_event(fees("2026-04-01"), undated)


def test_a_changed_rule_is_no_ending() -> None:
    assert not same_event(fees("2026-05-31"), facts(told(deadline(What.SITE_OFF, "2026-05-31"))))


def test_the_end_of_a_part_and_its_postponement_are_one() -> None:
    assert same_event(part("2026-05-31"), part("2026-07-31", days=30))


def test_the_ends_of_two_parts_are_two() -> None:
    other = part("2026-09-30", title="The wholesale programme closes", quote="No more orders.")
    assert not same_event(part("2026-05-31"), other)


def test_the_end_of_a_part_is_not_the_end_of_the_platform() -> None:
    assert not same_event(part("2026-04-01"), facts(told(deadline(What.SITE_OFF, "2026-05-31"))))


def test_one_ending_read_as_a_part_by_one_and_as_the_whole_by_another_is_one() -> None:
    whole = facts(told(deadline(What.SITE_OFF, "2026-05-31")))
    as_part = facts(told(deadline(What.SITE_OFF, "2026-05-31"), scope=Scope.PART, title="France"))
    assert same_event(whole, as_part)


ANY = st.builds(
    lambda kind, scope, day, topics, title, days: facts(
        told(
            *([deadline(What.OTHER, day)] if day else []),
            kind=kind,
            scope=scope,
            topics=topics,
            title=title,
            days=days,
        )
    ),
    st.sampled_from([Kind.CLOSURE, Kind.MIGRATION, Kind.POLICY]),
    st.sampled_from(Scope),
    st.sampled_from([None, "2026-04-01", "2026-04", "2026-05-01"]),
    st.sampled_from([(), ("fees",), ("terms",), ("fees", "terms")]),
    st.sampled_from(["One title", "Quite another headline"]),
    st.integers(0, 500),
)


@given(ANY, ANY)
def test_being_one_event_is_mutual_and_every_event_is_itself(one: Facts, other: Facts) -> None:
    assert same_event(one, one)
    assert same_event(one, other) == same_event(other, one)


@given(ANY)
def test_what_did_not_change_is_no_change(one: Facts) -> None:
    assert changes(one, one) == ()


def names(found: tuple[Change, ...]) -> list[str]:
    return [each.name for each in found]


def test_a_moved_date_is_told_with_both_days_and_aloud() -> None:
    before = facts(told(deadline(What.SITE_OFF, "2026-05-31")))
    after = facts(told(deadline(What.SITE_OFF, "2026-06-30")))
    assert changes(before, after) == (
        Change("date_moved", "2026-05-31", "2026-06-30", What.SITE_OFF),
    )
    assert changes(before, after)[0].material


def test_dates_that_come_and_go_are_told() -> None:
    before = facts(told(deadline(What.SITE_OFF, "2026-05-31")))
    after = facts(told(deadline(What.LAST_SALE, "2026-04-30")))
    assert names(changes(before, after)) == ["date_added", "date_removed"]


def test_a_month_that_becomes_a_day_is_told() -> None:
    before = facts(told(deadline(What.SITE_OFF, "2026-05")))
    after = facts(told(deadline(What.SITE_OFF, "2026-05-31")))
    assert names(changes(before, after)) == ["date_moved"]


def test_the_platforms_confirmation_is_told_aloud() -> None:
    rumour = told(origin=Origin.COMMUNITY)
    found = changes(facts(rumour), facts(rumour, told(id=2)))
    assert "confirmed" in names(found)
    assert any(each.material for each in found)


def test_a_further_report_and_other_words_are_not_told_aloud() -> None:
    first = told()
    further = told(id=2, origin=Origin.PRESS, source_name="Craft News", days=1)
    found = changes(facts(first), facts(first, further))
    assert found == (Change("reported_by", now="Craft News"),)
    assert not found[0].material
    reworded = changes(facts(first), facts(told(quote="It ends, sadly, for good.")))
    assert reworded == (Change("reworded"),)


def test_a_new_quote_beside_the_same_date_is_a_silent_change() -> None:
    before = facts(told(deadline(What.SITE_OFF, "2026-05-31", "on 31 May")))
    after = facts(told(deadline(What.SITE_OFF, "2026-05-31", "until the end of 31 May")))
    assert changes(before, after) == (Change("reworded"),)


def test_a_higher_severity_is_told_aloud_and_a_lower_one_is_not() -> None:
    low, high = facts(told(severity=Severity.INFO)), facts(told(severity=Severity.CRITICAL))
    assert [each.material for each in changes(low, high)] == [True]
    assert [each.material for each in changes(high, low)] == [False]
