"""The alert as everybody reads it: what and whom, the dates, what to do today, the link, a quote.

Discord's limits are spent in that order; deadline and link are never cut. Refuses to tell as
certain what the platform itself has not said, and to show a retracted alert's dates as true.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from discord import ButtonStyle, ui

from bot.chat import custom_ids, escape
from bot.chat.comparison import comparison_blocks
from bot.chat.dates import (
    corrected_from,
    lines_block,
    moment_stamp,
    nearest_first,
    passed,
)
from bot.chat.layout import Accent, button, card, link_button
from bot.chat.limits import TEXT_MAX, Block, if_room, spend, whole
from bot.chat.words import HEADLINE_MAX, Words, first_telling, has_ended, last_of, name, updates
from bot.domain.alerts import Alert, AlertState, Reason, Revision
from bot.domain.checklists import latest_day
from bot.domain.incidents import Facts
from bot.domain.notices import Deadline, Kind, Severity, What
from bot.domain.situations import Situation, situation_of
from bot.i18n import Texts

QUOTE_MAX = 400
"""Characters of the source's own words in an alert."""

ALSO_MAX = 3
"""How many further sources are named."""

CHANGES_MAX = 4
"""How many differences of the latest update are listed."""

SHORT_NOTICE = timedelta(days=10)
"""With no more than this ahead, money comes first in what to do."""

_ACCENTS = {
    Severity.CRITICAL: Accent.CRITICAL,
    Severity.IMPORTANT: Accent.IMPORTANT,
    Severity.INFO: Accent.INFO,
}


def alert_card(
    texts: Texts,
    locale: str,
    alert: Alert,
    history: Sequence[Revision],
    nonce: str,
    today: date,
    *,
    has_checklist: bool = False,
    role_id: int | None = None,
) -> ui.LayoutView:
    """The alert's message. `role_id` is mentioned above it; who may be rung is the sender's say."""
    words = Words(texts, locale)
    above = f"<@&{role_id}>" if role_id else None
    budget = TEXT_MAX - len(above or "")
    retracted = alert.state is AlertState.RETRACTED
    return card(
        alert_texts(words, alert, history, today, budget),
        _buttons(words, alert, nonce, has_checklist and not retracted),
        accent=Accent.FADED if retracted else _ACCENTS[alert.told.severity],
        above=above,
    )


def alert_texts(
    words: Words, alert: Alert, history: Sequence[Revision], today: date, budget: int
) -> tuple[str, ...]:
    """The texts of the card from top to bottom, within `budget` characters."""
    if alert.state is AlertState.RETRACTED:
        return spend(budget, _retracted(words, alert, history))
    facts = alert.told
    blocks = [
        whole(0, _head(words, facts)),
        *_update(words, history),
        *_dates(words, alert, history, today),
        *comparison_blocks(words, facts.comparison, 2),
        whole(2, _today(words, alert, today)),
        *_successor(words, facts),
        *_caution(words, facts),
        whole(3, _link(words, facts)),
        *_also(words, facts),
        *_quote(words, facts),
        *_footer(words, history),
    ]
    return spend(budget, blocks)


def _head(words: Words, facts: Facts) -> str:
    severity = words(f"alert.severity.{facts.severity.value}")
    parts = [f"## {words.title(facts)}", words.headline(facts), words.status(facts), severity]
    return "\n".join(filter(None, parts))


def _update(words: Words, history: Sequence[Revision]) -> list[Block]:
    told = updates(history)
    if not told:
        return []
    latest = told[-1]
    lines = [f"- {words.change(change)}" for change in latest.changes[:CHANGES_MAX]]
    key = "corrected" if latest.reason is Reason.CORRECTED else "updated"
    head = words(f"alert.update.{key}", at=moment_stamp(latest.at))
    return [if_room(3, "\n".join([head, *lines]))]


def _dates(words: Words, alert: Alert, history: Sequence[Revision], today: date) -> list[Block]:
    facts = alert.told
    if not facts.deadlines:
        return [whole(1, words("alert.dates.none"))]
    lines = [
        words.dates.line(each, today, _earlier(words, alert, each, history))
        for each in nearest_first(facts.deadlines, today)
    ]
    conflicts = words.dates.conflicts(facts.deadlines, today)
    head = words("alert.dates.head" if facts.confirmed else "alert.dates.head_unconfirmed")
    block = lines_block(1, head, lines, lambda n: words("alert.dates.more", n))
    return [block, *([if_room(1, "\n".join(conflicts))] if conflicts else [])]


def _earlier(
    words: Words, alert: Alert, deadline: Deadline, history: Sequence[Revision]
) -> str | None:
    if was := corrected_from(deadline, alert.correction):
        return words.dates.day(was)
    moved = (
        change
        for revision in reversed(updates(history))
        for change in revision.changes
        if change.name == "date_moved"
        and change.what is deadline.what
        and change.now == deadline.iso
    )
    found = next(moved, None)
    return words.dates.iso(found.was) if found else None


def _today(words: Words, alert: Alert, today: date) -> str:
    facts = alert.told
    head = words("alert.today.head" if facts.confirmed else "alert.today.head_unconfirmed")
    return "\n".join(
        [head, words(f"alert.today.{_situation(alert, today)}"), *_frozen(words, facts, today)]
    )


def _situation(alert: Alert, today: date) -> str:
    facts = alert.told
    situation = situation_of(facts)
    if situation is not Situation.CLOSURE:
        return situation.value if situation else "none"
    if has_ended(alert, today):
        return "closure_over"
    ahead = [each.on for each in facts.deadlines if not passed(each, today)]
    hurried = bool(ahead) and min(ahead) - today <= SHORT_NOTICE
    return "closure_short" if hurried else "closure"


def _frozen(words: Words, facts: Facts, today: date) -> list[str]:
    freezes = [each for each in facts.deadlines if each.what is What.LISTING_FREEZE]
    if facts.kind is not Kind.CLOSURE or not facts.confirmed or not freezes:
        return []
    freeze = min(freezes, key=lambda each: each.on)
    if latest_day(freeze) <= today:
        return [words("alert.today.frozen")]
    return [words("alert.today.freezes", when=words.dates.when(freeze))]


def _successor(words: Words, facts: Facts) -> list[Block]:
    if not facts.successor or facts.kind is Kind.MIGRATION:
        return []
    key = "alert.successor.official" if facts.confirmed else "alert.successor.unconfirmed"
    return [if_room(3, words(key, successor=name(facts.successor)))]


def _caution(words: Words, facts: Facts) -> list[Block]:
    risky = facts.kind in (Kind.CLOSURE, Kind.MIGRATION)
    return [whole(2, words(f"alert.caution.{facts.kind.value}"))] if risky else []


def _link(words: Words, facts: Facts) -> str:
    address = escape.address(facts.links[0].url) if facts.links else None
    if address is None:
        return words("alert.link.none")
    return words("alert.link.original", url=address)


def _also(words: Words, facts: Facts) -> list[Block]:
    others = [(link, escape.address(link.url)) for link in facts.links[1:]]
    lines = [
        words("alert.link.also_line", source=words.source(link), url=address)
        for link, address in others
        if address
    ]
    if not lines:
        return []
    shown = [words("alert.link.also"), *lines[:ALSO_MAX]]
    if len(lines) > ALSO_MAX:
        shown.append(words("alert.link.more", len(lines) - ALSO_MAX))
    return [if_room(6, "\n".join(shown))]


def _quote(words: Words, facts: Facts) -> list[Block]:
    if not facts.quote or facts.comparison is not None:
        return []  # what changed on a page is quoted already
    foreign = facts.language[:2].casefold() != words.texts.pick(words.locale)
    key = "alert.quote.foreign" if foreign else "alert.quote.same"
    head = words(key, language=words.language(facts.language))

    def write(room: int) -> str:
        left = min(room - len(head) - len("\n> "), QUOTE_MAX)
        said = escape.inline(facts.quote or "", left) if left >= QUOTE_MAX // 5 else ""
        return f"{head}\n> {said}" if said else ""

    return [Block(5, write)]


def _footer(words: Words, history: Sequence[Revision]) -> list[Block]:
    at = first_telling(history)
    return [whole(4, words("alert.footer", at=moment_stamp(at)))] if at else []


def _retracted(words: Words, alert: Alert, history: Sequence[Revision]) -> list[Block]:
    decision = last_of(history, Reason.RETRACTED)
    said = words("alert.retracted.said")
    if decision:
        said = words("alert.retracted.said_at", at=moment_stamp(decision.at))
    head = [words("alert.retracted.title"), f"~~{words.title(alert.told)}~~", said]
    if decision and decision.comment:
        comment = escape.inline(decision.comment, HEADLINE_MAX * 2)
        head.append(words("alert.retracted.comment", comment=comment))
    blocks = [whole(0, "\n".join(head))]
    if alert.told.deadlines:
        lines = [
            f"- ~~{words.what(each.what)} · {words.dates.when(each)}~~"
            for each in alert.told.deadlines
        ]
        head_of_dates = words("alert.retracted.dates")
        blocks.append(lines_block(4, head_of_dates, lines, lambda n: words("alert.dates.more", n)))
    blocks.append(whole(2, words("alert.retracted.acted")))
    return [*blocks, whole(3, _link(words, alert.told)), *_footer(words, history)]


def _buttons(
    words: Words, alert: Alert, nonce: str, has_checklist: bool
) -> list[ui.Button[ui.LayoutView]]:
    """They carry the nonce, by which a lost message is found again."""
    buttons = [button(words("alert.button.why"), custom_ids.why(alert.id, nonce))]
    if has_checklist:
        mine = custom_ids.checklist(alert.id, nonce)
        buttons.insert(0, button(words("alert.button.checklist"), mine, ButtonStyle.primary))
    url = alert.told.links[0].url if alert.told.links else None
    return [*buttons, *link_button(words("alert.button.original"), url)]
