"""The planner of checklists: which steps, in which order, by which day."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.checklists import (
    Plan,
    PlannedStep,
    Step,
    Template,
    latest_day,
    plan,
    progress,
)
from bot.domain.notices import Deadline, Precision, What

ANNOUNCED = date(2017, 7, 3)
LAST_SALE = date(2017, 8, 31)
SITE_OFF = date(2017, 9, 30)
WORDS = {"en": "Do it", "fr": "Faites-le"}

EXPORTS = (What.EXPORT_UNTIL, What.SITE_OFF, What.DATA_DELETED)


def step(
    step_id: str,
    *,
    until: tuple[What, ...] = (),
    or_else: tuple[What, ...] = (),
    after: tuple[What, ...] = (),
    days_before: int | None = None,
    days_after: int = 0,
    needs: tuple[str, ...] = (),
) -> Step:
    return Step(
        id=step_id,
        title=WORDS,
        why=WORDS,
        until=until,
        or_else=or_else,
        after=after,
        days_before=days_before,
        days_after=days_after,
        needs=needs,
    )


TEMPLATE = Template(
    "closure",
    WORDS,
    (
        step("keep-news"),
        step("edit", until=(What.LISTING_FREEZE, What.SITE_OFF), days_before=3),
        step(
            "export",
            until=EXPORTS,
            or_else=(What.LAST_SALE,),
            days_before=30,
            days_after=2,
        ),
        step("orders", until=(What.SHIP_BY,), or_else=(What.LAST_SALE,), days_before=2),
        step("move", or_else=(What.LAST_SALE,), days_before=21, days_after=6, needs=("export",)),
        step(
            "check-files",
            until=EXPORTS,
            or_else=(What.LAST_SALE,),
            days_before=7,
            days_after=3,
            needs=("export",),
        ),
        step("last-payout", after=(What.PAYOUT, What.LAST_SALE), days_after=50),
    ),
    short=("orders", "export"),
    ends=(
        (What.SITE_OFF, What.ACCOUNT_SUSPENDED),
        (What.EXPORT_UNTIL, What.DATA_DELETED, What.LAST_SALE),
    ),
)


def deadline(what: What, on: date, precision: Precision = Precision.DAY) -> Deadline:
    return Deadline(on, precision, what, "quoted")


def of(found: Plan, step_id: str) -> PlannedStep:
    return next(each for each in found.steps if each.step.id == step_id)


def ids(found: Plan) -> list[str]:
    return [each.step.id for each in found.steps]


ENDS = (deadline(What.LAST_SALE, LAST_SALE), deadline(What.SITE_OFF, SITE_OFF))


def test_a_step_is_due_so_many_days_before_what_ends_its_possibility() -> None:
    found = plan(TEMPLATE, ENDS, ANNOUNCED, ANNOUNCED)
    assert of(found, "check-files").due_on == SITE_OFF - timedelta(days=7)
    assert of(found, "check-files").anchor == ENDS[1]
    assert of(found, "orders").due_on == LAST_SALE - timedelta(days=2)


def test_the_earliest_of_several_ends_counts() -> None:
    ends = (*ENDS, deadline(What.EXPORT_UNTIL, date(2017, 9, 15)))
    assert of(plan(TEMPLATE, ends, ANNOUNCED, ANNOUNCED), "check-files").due_on == date(2017, 9, 8)


def test_where_sources_disagree_the_earlier_day_counts() -> None:
    ends = (deadline(What.SHIP_BY, LAST_SALE), deadline(What.SHIP_BY, date(2017, 8, 30)), *ENDS)
    assert of(plan(TEMPLATE, ends, ANNOUNCED, ANNOUNCED), "orders").due_on == date(2017, 8, 28)


def test_once_the_earlier_of_two_days_has_passed_the_later_one_still_counts() -> None:
    ends = (deadline(What.SHIP_BY, date(2017, 8, 30)), deadline(What.SHIP_BY, LAST_SALE), *ENDS)
    found = of(plan(TEMPLATE, ends, ANNOUNCED, LAST_SALE), "orders")
    assert (found.late, found.due_on) == (False, LAST_SALE)


def test_without_the_date_that_ends_it_the_next_surest_is_used() -> None:
    found = plan(TEMPLATE, ENDS[:1], ANNOUNCED, ANNOUNCED)
    assert of(found, "export").due_on == LAST_SALE - timedelta(days=30)
    assert of(found, "export").anchor == ENDS[0]


def test_without_any_date_steps_are_counted_from_the_announcement() -> None:
    found = plan(TEMPLATE, (), ANNOUNCED, ANNOUNCED)
    assert not found.short
    assert of(found, "export").due_on == ANNOUNCED + timedelta(days=2)
    assert of(found, "last-payout").due_on is None
    assert ids(found)[-1] == "last-payout"


def test_a_month_is_planned_for_its_first_day() -> None:
    ends = (deadline(What.SITE_OFF, date(2017, 9, 1), Precision.PART),)
    found = of(plan(TEMPLATE, ends, ANNOUNCED, ANNOUNCED), "check-files")
    assert found.due_on == date(2017, 8, 25)


def test_a_month_has_not_passed_before_its_last_day() -> None:
    ends = (deadline(What.SITE_OFF, date(2017, 9, 1), Precision.MONTH),)
    last_day = of(plan(TEMPLATE, ends, ANNOUNCED, date(2017, 9, 30)), "export")
    assert (last_day.late, last_day.due_on) == (False, date(2017, 9, 30))
    assert of(plan(TEMPLATE, ends, ANNOUNCED, date(2017, 10, 1)), "export").late


@pytest.mark.parametrize(
    ("precision", "on", "last"),
    [
        (Precision.DAY, date(2017, 8, 30), date(2017, 8, 30)),
        (Precision.PART, date(2017, 9, 1), date(2017, 9, 30)),
        (Precision.MONTH, date(2020, 2, 1), date(2020, 2, 29)),
        (Precision.QUARTER, date(2022, 10, 1), date(2022, 12, 31)),
        (Precision.QUARTER, date(2022, 1, 1), date(2022, 3, 31)),
    ],
)
def test_the_last_day_that_a_date_can_mean(precision: Precision, on: date, last: date) -> None:
    assert latest_day(deadline(What.SITE_OFF, on, precision)) == last


def test_what_has_passed_is_marked_late_with_the_day_that_passed() -> None:
    ends = (deadline(What.LISTING_FREEZE, ANNOUNCED), *ENDS)
    on_the_day = of(plan(TEMPLATE, ends, ANNOUNCED, ANNOUNCED), "edit")
    assert (on_the_day.late, on_the_day.due_on) == (False, ANNOUNCED)
    found = plan(TEMPLATE, ends, ANNOUNCED, ANNOUNCED + timedelta(days=1))
    assert (of(found, "edit").late, of(found, "edit").due_on) == (True, ANNOUNCED)
    assert ids(found)[-2:] == ["edit", "last-payout"]


def test_a_passed_day_that_only_may_have_ended_it_makes_the_step_due_today() -> None:
    today = LAST_SALE + timedelta(days=3)
    found = of(plan(TEMPLATE, ENDS, ANNOUNCED, today), "orders")
    assert (found.late, found.due_on, found.anchor) == (False, today, None)


def test_what_dies_first_comes_first() -> None:
    ends = (deadline(What.LISTING_FREEZE, date(2017, 8, 1)), *ENDS)
    found = plan(TEMPLATE, ends, ANNOUNCED, ANNOUNCED)
    assert ids(found) == [
        "keep-news",
        "edit",
        "export",
        "move",
        "orders",
        "check-files",
        "last-payout",
    ]


def test_a_need_is_due_no_later_than_the_step_that_waits_for_it() -> None:
    found = plan(TEMPLATE, ENDS, ANNOUNCED, ANNOUNCED)
    assert of(found, "export").due_on == of(found, "move").due_on == LAST_SALE - timedelta(days=21)


def test_a_step_for_afterwards_is_counted_on_from_the_end() -> None:
    found = of(plan(TEMPLATE, ENDS, ANNOUNCED, ANNOUNCED), "last-payout")
    assert found.due_on == LAST_SALE + timedelta(days=50)
    assert not of(plan(TEMPLATE, ENDS, ANNOUNCED, date(2018, 1, 1)), "last-payout").late


@pytest.mark.parametrize(("days", "short"), [(0, True), (10, True), (11, False), (-1, False)])
def test_ten_days_or_fewer_to_the_end_make_the_short_plan(days: int, short: bool) -> None:
    ends = (deadline(What.LAST_SALE, ANNOUNCED + timedelta(days=days)),)
    found = plan(TEMPLATE, ends, ANNOUNCED, ANNOUNCED)
    assert found.short is short
    assert (ids(found) == ["orders", "export"]) is short


def test_a_site_that_stays_longer_than_its_sales_leaves_time_for_the_full_plan() -> None:
    today = LAST_SALE - timedelta(days=5)
    assert not plan(TEMPLATE, ENDS, ANNOUNCED, today).short
    assert plan(TEMPLATE, ENDS[:1], ANNOUNCED, today).short


def test_once_the_first_end_has_passed_the_next_one_counts() -> None:
    today = SITE_OFF + timedelta(days=1)
    deleted = deadline(What.DATA_DELETED, today + timedelta(days=5))
    assert not plan(TEMPLATE, ENDS, ANNOUNCED, today).short
    assert plan(TEMPLATE, (*ENDS, deleted), ANNOUNCED, today).short


def test_each_template_says_itself_what_its_end_is() -> None:
    fees = replace(TEMPLATE, ends=((What.FEES_EFFECTIVE,),))
    soon = deadline(What.FEES_EFFECTIVE, ANNOUNCED + timedelta(days=10))
    assert plan(fees, (soon,), ANNOUNCED, ANNOUNCED).short
    assert not plan(TEMPLATE, (soon,), ANNOUNCED, ANNOUNCED).short


def test_notice_is_counted_from_an_announcement_still_to_come() -> None:
    announced_on = LAST_SALE - timedelta(days=8)
    assert plan(TEMPLATE, ENDS[:1], announced_on, announced_on - timedelta(days=30)).short


def test_progress_counts_only_ticks_of_steps_in_the_plan() -> None:
    found = plan(TEMPLATE, ENDS, ANNOUNCED, ANNOUNCED)
    assert progress(found, {"export", "move", "a-step-of-long-ago"}) == (2, len(TEMPLATE.steps))


DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2060, 12, 31))
DEADLINES = st.lists(
    st.builds(
        lambda what, on, precision: deadline(
            what, on if precision is Precision.DAY else on.replace(day=1), precision
        ),
        st.sampled_from(What),
        DAYS,
        st.sampled_from([Precision.DAY, Precision.PART, Precision.MONTH]),
    ),
    max_size=8,
)


@st.composite
def templates(draw: st.DrawFn) -> Template:
    """Templates without circles: a step needs only steps drawn before it, then all are shuffled."""
    whats = st.lists(st.sampled_from(What), max_size=3).map(tuple)
    steps: list[Step] = []
    for number in range(draw(st.integers(1, 9))):
        known = [each.id for each in steps]
        steps.append(
            step(
                f"step-{number}",
                until=draw(whats),
                or_else=draw(whats),
                after=draw(st.sampled_from([(), (What.LAST_SALE,)])),
                days_before=draw(st.none() | st.integers(0, 90)),
                days_after=draw(st.integers(0, 60)),
                needs=tuple(draw(st.sets(st.sampled_from(known)))) if known else (),
            )
        )
    return Template("any", WORDS, tuple(draw(st.permutations(steps))))


@given(templates(), DEADLINES, DAYS, DAYS)
def test_every_plan_has_each_step_once_and_never_before_what_it_needs(
    template: Template, deadlines: list[Deadline], announced_on: date, today: date
) -> None:
    found = plan(template, deadlines, announced_on, today)
    order = ids(found)
    assert sorted(order) == sorted(each.id for each in template.steps)
    for each in found.steps:
        assert all(order.index(need) < order.index(each.step.id) for need in each.step.needs)


@given(templates(), DEADLINES, DAYS, DAYS)
def test_what_can_still_be_done_is_never_due_in_the_past_nor_after_its_end(
    template: Template, deadlines: list[Deadline], announced_on: date, today: date
) -> None:
    for each in plan(template, deadlines, announced_on, today).steps:
        if each.late:
            assert each.anchor is not None
            assert latest_day(each.anchor) < today
        elif each.due_on is not None:
            assert each.due_on >= today
            if each.anchor is not None and not each.step.after:
                assert each.due_on <= latest_day(each.anchor)


@given(templates(), DEADLINES, DAYS, DAYS)
def test_a_live_need_is_never_due_after_a_live_step_that_waits_for_it(
    template: Template, deadlines: list[Deadline], announced_on: date, today: date
) -> None:
    found = plan(template, deadlines, announced_on, today)
    for each in found.steps:
        for need in (of(found, need) for need in each.step.needs):
            if not each.late and not need.late and each.due_on and need.due_on:
                assert need.due_on <= each.due_on


@given(templates(), DEADLINES, DAYS, DAYS)
def test_a_plan_does_not_depend_on_the_order_of_the_deadlines(
    template: Template, deadlines: list[Deadline], announced_on: date, today: date
) -> None:
    shuffled = list(reversed(deadlines))
    first = plan(template, deadlines, announced_on, today)
    second = plan(template, shuffled, announced_on, today)
    assert [(each.step.id, each.due_on, each.late) for each in first.steps] == [
        (each.step.id, each.due_on, each.late) for each in second.steps
    ]


@given(
    templates(),
    st.lists(st.builds(deadline, st.sampled_from(What), DAYS), max_size=6),
    DAYS,
    DAYS,
    st.integers(-400, 400),
)
def test_when_everything_moves_by_some_days_so_does_every_due_date(
    template: Template, deadlines: list[Deadline], announced_on: date, today: date, days: int
) -> None:
    by = timedelta(days=days)
    moved = [deadline(each.what, each.on + by) for each in deadlines]
    before = plan(template, deadlines, announced_on, today)
    after = plan(template, moved, announced_on + by, today + by)
    assert [(each.step.id, each.due_on and each.due_on + by) for each in before.steps] == [
        (each.step.id, each.due_on) for each in after.steps
    ]


@given(templates(), st.sampled_from(What), DAYS, DAYS, st.integers(0, 400))
def test_a_deadline_that_moves_back_never_makes_a_step_due_sooner(
    template: Template, what: What, on: date, today: date, days: int
) -> None:
    first = plan(template, [deadline(what, on)], today, today)
    second = plan(template, [deadline(what, on + timedelta(days=days))], today, today)
    for each in first.steps:
        due_on = of(second, each.step.id).due_on
        if each.due_on is not None and not each.late and each.anchor is not None:
            assert due_on is not None
            assert due_on >= each.due_on


@given(templates(), st.dates(), st.dates(), st.dates(), st.sampled_from(What))
def test_no_date_of_the_calendar_is_too_far_away(
    template: Template, on: date, announced_on: date, today: date, what: What
) -> None:
    found = plan(template, [deadline(what, on)], announced_on, today)
    assert len(found.steps) == len(template.steps)
