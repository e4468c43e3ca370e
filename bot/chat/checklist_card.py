"""A member's checklist, private: how far they are, what comes next by which day, and a button each.

Every page fits Discord's limits whole: `STEPS_A_PAGE` steps, each with its reason.
"""

from collections.abc import Collection
from datetime import date

import discord
from discord import ButtonStyle, ui

from bot.chat import custom_ids
from bot.chat.dates import nearest_first, passed
from bot.chat.layout import Accent, button
from bot.chat.limits import TEXT_MAX, cut
from bot.chat.words import Words
from bot.domain.alerts import Alert, AlertState
from bot.domain.checklists import Plan, PlannedStep, Template, progress
from bot.domain.notices import Precision
from bot.i18n import Texts

STEPS_A_PAGE = 7
STEP_MAX = 430
"""Characters of one step: title, day and reason. Fewer where the head of the card is long."""

_DATES_SHOWN = 3
_BAR = 12


def checklist_card(
    texts: Texts,
    locale: str,
    checklist_id: int,
    alert: Alert,
    template: Template,
    plan: Plan,
    ticked: Collection[str],
    page: int | None,
    today: date,
    *,
    changed: bool = False,
) -> ui.LayoutView:
    """`page` from 0; None: where the first open step is. `changed`: since the last look."""
    words = Words(texts, locale)
    pages = max(1, -(-len(plan.steps) // STEPS_A_PAGE))
    shown = min(max(_first_open(plan, ticked) if page is None else page, 0), pages - 1)
    container: ui.Container[ui.LayoutView] = ui.Container(
        accent_colour=discord.Colour(_accent(alert, plan, ticked))
    )
    head = _head(words, alert, template, plan, ticked, today, changed)
    foot = words("checklist.page", page=shown + 1, pages=pages) if pages > 1 else ""
    room = min(STEP_MAX, (TEXT_MAX - len(head) - len(foot)) // STEPS_A_PAGE)
    container.add_item(ui.TextDisplay(head))
    for step in plan.steps[shown * STEPS_A_PAGE : (shown + 1) * STEPS_A_PAGE]:
        done = step.step.id in ticked
        press = button(
            words("checklist.button.untick" if done else "checklist.button.tick"),
            custom_ids.tick(checklist_id, step.step.id, shown),
            ButtonStyle.success if done else ButtonStyle.secondary,
        )
        text = _step(words, locale, step, today, room, done=done)
        container.add_item(ui.Section(ui.TextDisplay(text), accessory=press))
    if foot:
        container.add_item(ui.TextDisplay(foot))
        container.add_item(_turn(words, checklist_id, shown, pages))
    view = ui.LayoutView(timeout=None)
    view.add_item(container)
    return view


def _head(
    words: Words,
    alert: Alert,
    template: Template,
    plan: Plan,
    ticked: Collection[str],
    today: date,
    changed: bool,
) -> str:
    facts = alert.told
    done, count = progress(plan, ticked)
    title = words(
        "checklist.heading",
        title=template.title_in(words.locale),
        platform=words.platform(facts.platform_name),
    )
    bar = "▰" * (done * _BAR // max(count, 1))
    lines = [
        f"## {title}",
        f"{bar.ljust(_BAR, '▱')} {words('checklist.progress', count, done=done)}",
    ]
    if alert.state is AlertState.RETRACTED:
        lines.append(f"**{words('checklist.retracted_note')}**")
    elif changed:
        lines.append(f"**{words('checklist.changed')}**")
    if not facts.confirmed and alert.state is not AlertState.RETRACTED:
        lines.append(words("checklist.unconfirmed"))
    if done == count:
        lines.append(words("checklist.all_done"))
    ahead = [each for each in nearest_first(facts.deadlines, today) if not passed(each, today)]
    lines.extend(words.dates.line(each, today) for each in ahead[:_DATES_SHOWN])
    if not facts.deadlines:
        lines.append(words("checklist.no_dates"))
    if plan.short:
        lines.append(words("checklist.short"))
    lines.append(f"-# {words('checklist.private')}")
    return "\n".join(lines)


def _step(
    words: Words, locale: str, planned: PlannedStep, today: date, room: int, *, done: bool
) -> str:
    title = cut(planned.step.title_in(locale), room // 2)
    if done:
        return f"~~{title}~~ ✔"
    lines = [f"**{title}**", _due(words, planned, today), planned.step.why_in(locale)]
    if planned.step.countries:
        lines.append(words("checklist.countries", countries=", ".join(planned.step.countries)))
    return cut("\n".join(filter(None, lines)), room)


def _due(words: Words, planned: PlannedStep, today: date) -> str:
    if planned.late and planned.anchor is not None:
        if planned.anchor.precision is Precision.DAY:
            return words("checklist.late", day=words.dates.marked(planned.anchor.on))
        return words("checklist.late_month", month=words.dates.iso(planned.anchor.iso))
    if planned.due_on is None:
        return words("checklist.due_after_end")
    if planned.step.after:
        return words("checklist.due_from", day=words.dates.marked(planned.due_on))
    if planned.due_on <= today:
        return words("checklist.due_today")
    return words("checklist.due", day=words.dates.marked(planned.due_on))


def _turn(words: Words, checklist_id: int, shown: int, pages: int) -> ui.ActionRow[ui.LayoutView]:
    # Two buttons may not share an id: at the ends the idle one points past the edge.
    back = button(
        words("checklist.button.previous"),
        custom_ids.page(checklist_id, shown - 1 if shown else pages),
        disabled=shown == 0,
    )
    forth = button(
        words("checklist.button.next"),
        custom_ids.page(checklist_id, shown + 1),
        disabled=shown == pages - 1,
    )
    return ui.ActionRow(back, forth)


def _first_open(plan: Plan, ticked: Collection[str]) -> int:
    for index, planned in enumerate(plan.steps):
        if planned.step.id not in ticked:
            return index // STEPS_A_PAGE
    return 0


def _accent(alert: Alert, plan: Plan, ticked: Collection[str]) -> Accent:
    if alert.state is AlertState.RETRACTED:
        return Accent.FADED
    done, count = progress(plan, ticked)
    return Accent.CALM if done == count else Accent.INFO
