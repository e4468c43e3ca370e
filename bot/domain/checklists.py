"""A way out: what to do before something ends or changes, in which order and by which day.

A template holds the steps; `plan` dates them backwards from the deadlines of one incident.
Refuses to hide what is lost: a step whose day has passed stays in the plan, marked late.
"""

import heapq
from calendar import monthrange
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.domain.notices import Deadline, Precision, What
from bot.domain.platforms import Certainty

SHORT_NOTICE_DAYS = 10
"""With this many days left or fewer, only what cannot be made up for later is planned."""

_FALLBACK_LANGUAGE = "en"
_LIVE, _LATE, _AFTERWARDS = range(3)


@dataclass(frozen=True, slots=True)
class Fact:
    """What a step rests on, by its id in the research, and whether it was seen there."""

    id: str
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do. Ticks are kept by `id`, so an id never changes its meaning.

    `until`: any of these ends the possibility, the earliest known one counts. `or_else`: where
    none of them is known, plan by the first known of these, which may end it. `days_before`:
    due so many days before; None: as soon as possible. `days_after`: never due sooner after the
    announcement, and due then without any deadline. `after`: a step for afterwards, due
    `days_after` the first known of these. `needs`: ids of steps that come first. `countries`:
    where what it says is law (ISO codes, `EU`); empty: everywhere.
    """

    id: str
    title: Mapping[str, str]
    why: Mapping[str, str]
    until: tuple[What, ...] = ()
    or_else: tuple[What, ...] = ()
    after: tuple[What, ...] = ()
    days_before: int | None = None
    days_after: int = 0
    needs: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    countries: tuple[str, ...] = ()

    def title_in(self, language: str) -> str:
        """What to do, in a language; English where it is not translated."""
        return self.title.get(language) or self.title[_FALLBACK_LANGUAGE]

    def why_in(self, language: str) -> str:
        """Why and how, in a language; English where it is not translated."""
        return self.why.get(language) or self.why[_FALLBACK_LANGUAGE]


@dataclass(frozen=True, slots=True)
class Template:
    """The steps for one situation; where all dates are equal, their order here decides.

    `short` lists the ids of the short plan in their order; without it every plan is full. `ends`
    says what is counted as the end then: the latest day of the first group with a day to come.
    """

    situation: str
    title: Mapping[str, str]
    steps: tuple[Step, ...]
    short: tuple[str, ...] = ()
    ends: tuple[tuple[What, ...], ...] = ()

    def title_in(self, language: str) -> str:
        """What the checklist is called, in a language; English where it is not translated."""
        return self.title.get(language) or self.title[_FALLBACK_LANGUAGE]


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step with its day. `anchor` is the deadline it was counted from.

    `due_on` None: after an end of which no day is known. `late`: `anchor` has passed, so
    `due_on` is the day that passed; before that, no day lies in the past.
    """

    step: Step
    due_on: date | None
    anchor: Deadline | None
    late: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """Steps in the order in which they are to be done."""

    short: bool
    steps: tuple[PlannedStep, ...]


def plan(
    template: Template, deadlines: Sequence[Deadline], announced_on: date, today: date
) -> Plan:
    """Which steps, in which order, by which day.

    First what becomes impossible first, then what is due first; what a step needs comes before
    it and is due no later; what is already lost, and then what can only be done afterwards,
    stands last. With `SHORT_NOTICE_DAYS` or fewer to the end the short plan in its own order.
    `template.steps` must be free of circles (the catalogue checks it).
    """
    short = bool(template.short) and _is_short(template, deadlines, announced_on, today)
    planned = {
        step.id: _date(step, deadlines, announced_on, today)
        for step in template.steps
        if not short or step.id in template.short
    }
    if short:
        return Plan(True, tuple(planned[step_id] for step_id in template.short))
    return Plan(False, _in_order(list(planned.values()), announced_on))


def progress(plan: Plan, ticked: Collection[str]) -> tuple[int, int]:
    """How many steps of the plan are ticked, and how many there are."""
    return sum(planned.step.id in ticked for planned in plan.steps), len(plan.steps)


def earliest_day(deadline: Deadline) -> date:
    """The first day that a deadline can mean: the one to plan for."""
    return deadline.on


def latest_day(deadline: Deadline) -> date:
    """The last day that a deadline can mean: only after it has the deadline passed."""
    if deadline.precision is Precision.DAY:
        return deadline.on
    month = deadline.on.month
    if deadline.precision is Precision.QUARTER:
        month += (3 - month) % 3
    return date(deadline.on.year, month, monthrange(deadline.on.year, month)[1])


def _is_short(
    template: Template, deadlines: Sequence[Deadline], announced_on: date, today: date
) -> bool:
    start = max(announced_on, today)
    for group in template.ends:
        ends = [each for each in _known(group, deadlines, start) if latest_day(each) >= start]
        if ends:
            end = max(ends, key=earliest_day)
            return (earliest_day(end) - start).days <= SHORT_NOTICE_DAYS
    return False


def _date(
    step: Step, deadlines: Sequence[Deadline], announced_on: date, today: date
) -> PlannedStep:
    if step.after:
        anchor = next(iter(_known(step.after, deadlines, today)), None)
        due_on = max(_shifted(latest_day(anchor), step.days_after), today) if anchor else None
        return PlannedStep(step, due_on, anchor)
    ends = _known(step.until, deadlines, today)
    if ends:
        anchor = min(ends, key=earliest_day)
    else:
        anchor = next(iter(_known(step.or_else, deadlines, today)), None)
    if anchor and latest_day(anchor) < today:
        if ends:
            return PlannedStep(step, anchor.on, anchor, late=True)
        return PlannedStep(step, today, None)  # it may have ended it; nobody knows: try now
    return PlannedStep(step, _due(step, anchor, announced_on, today), anchor)


def _known(whats: Iterable[What], deadlines: Sequence[Deadline], today: date) -> list[Deadline]:
    """For each of `whats` the deadline that binds: the next to come, else the last that passed."""
    binding = []
    for what in whats:
        known = [deadline for deadline in deadlines if deadline.what is what]
        coming = [deadline for deadline in known if latest_day(deadline) >= today]
        if coming:
            binding.append(min(coming, key=earliest_day))
        elif known:
            binding.append(max(known, key=latest_day))
    return binding


def _due(step: Step, anchor: Deadline | None, announced_on: date, today: date) -> date:
    due_on = _shifted(announced_on, step.days_after)
    if anchor:
        end = earliest_day(anchor)
        if step.days_before is not None:
            due_on = max(due_on, _shifted(end, -step.days_before))
        due_on = min(due_on, end)
    return max(due_on, today)


def _shifted(day: date, days: int) -> date:
    """`day` moved by `days`, held within the calendar."""
    last = date.max.toordinal()
    return date.fromordinal(min(max(day.toordinal() + days, 1), last))


def _in_order(planned: list[PlannedStep], announced_on: date) -> tuple[PlannedStep, ...]:
    """Sorted by urgency, and no step before what it needs. A need is as urgent as its steps."""
    steps = {one.step.id: one for one in planned}
    places = {step_id: place for place, step_id in enumerate(steps)}
    urgency = {
        step_id: (*_urgency(one, announced_on), places[step_id]) for step_id, one in steps.items()
    }
    needed_by: dict[str, list[str]] = {step_id: [] for step_id in steps}
    for step_id, one in steps.items():
        for need in one.step.needs:
            needed_by[need].append(step_id)
    for step_id in reversed(_sorted(steps, dict.fromkeys(steps, (0,)), needed_by)):
        for other in needed_by[step_id]:
            urgency[step_id] = min(urgency[step_id], urgency[other])
            steps[step_id] = _not_after(steps[step_id], steps[other])
    return tuple(steps[step_id] for step_id in _sorted(steps, urgency, needed_by))


def _urgency(one: PlannedStep, announced_on: date) -> tuple[int, date, date]:
    due_on = one.due_on or date.max
    if one.step.after:
        return _AFTERWARDS, due_on, due_on
    if one.late:
        return _LATE, due_on, due_on
    if one.anchor and one.step.days_before is not None:
        return _LIVE, earliest_day(one.anchor), due_on
    return _LIVE, _shifted(announced_on, one.step.days_after), due_on


def _not_after(need: PlannedStep, other: PlannedStep) -> PlannedStep:
    """`need`, due no later than `other`, if both can still be done."""
    if need.late or other.late or need.due_on is None or other.due_on is None:
        return need
    return replace(need, due_on=min(need.due_on, other.due_on))


def _sorted(
    steps: Mapping[str, PlannedStep],
    urgency: Mapping[str, tuple[object, ...]],
    needed_by: Mapping[str, Sequence[str]],
) -> list[str]:
    """Step ids, needs first, otherwise by urgency."""
    missing = {step_id: len(set(one.step.needs)) for step_id, one in steps.items()}
    places = {step_id: place for place, step_id in enumerate(steps)}
    free = [
        (urgency[step_id], places[step_id], step_id) for step_id in steps if not missing[step_id]
    ]
    heapq.heapify(free)
    ordered = []
    while free:
        step_id = heapq.heappop(free)[2]
        ordered.append(step_id)
        for other in set(needed_by[step_id]):
            missing[other] -= 1
            if not missing[other]:
                heapq.heappush(free, (urgency[other], places[other], other))
    return ordered
