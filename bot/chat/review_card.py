"""What moderators decide on: what was understood, with the words it was read from, and two buttons.

Resolved in place: once decided it says who decided what and when, and nothing can be pressed twice.
"""

from collections.abc import Sequence
from datetime import date

from discord import ButtonStyle, ui

from bot.chat import custom_ids, escape
from bot.chat.comparison import comparison_blocks
from bot.chat.dates import lines_block, moment_stamp, nearest_first
from bot.chat.layout import Accent, button, card, link_button
from bot.chat.limits import TEXT_MAX, Block, if_room, spend, whole
from bot.chat.words import Words, last_of, name
from bot.domain.alerts import Alert, AlertState, Reason, Revision
from bot.domain.incidents import Facts, ToldNotice
from bot.domain.notices import Deadline, Origin
from bot.domain.policy import ALERT_CONFIDENCE
from bot.i18n import Texts

DATE_QUOTE_MAX = 160
"""Characters of the words that a date was read from."""

EVIDENCE_MAX = 4
"""How many sentences are shown as evidence, each of at most `EVIDENCE_CHARACTERS`."""

EVIDENCE_CHARACTERS = 280

MEDIUM_CONFIDENCE = 0.55
"""From here a reading is called `medium`; below it `low`. From `ALERT_CONFIDENCE` it is `high`."""

_DECIDED = {
    AlertState.PUBLISHED: (Reason.PUBLISHED, Reason.FIRST, Reason.CONFIRMED),
    AlertState.DISMISSED: (Reason.DISMISSED, Reason.RETURNED),
    AlertState.RETRACTED: (Reason.RETRACTED,),
}
_ACCENTS = {
    AlertState.PENDING: Accent.IMPORTANT,
    AlertState.PUBLISHED: Accent.CALM,
    AlertState.DISMISSED: Accent.FADED,
    AlertState.RETRACTED: Accent.FADED,
}


def review_card(
    texts: Texts,
    locale: str,
    alert: Alert,
    history: Sequence[Revision],
    notices: Sequence[ToldNotice],
    reporters: int,
    nonce: str,
    today: date,
    *,
    own_sites: Sequence[str] = (),
) -> ui.LayoutView:
    """The review channel's message. `reporters` counts the members who sent it in; `own_sites` are
    hosts of the platform itself on which Tocsin read what they sent."""
    words = Words(texts, locale)
    facts = alert.told
    blocks = [
        whole(0, _head(words, alert, history)),
        whole(0, _understood(words, facts, reporters, _origin(alert, history))),
        *_own_site(words, own_sites),
        *_update(words, alert, history),
        *_dates(words, facts, today),
        *comparison_blocks(words, facts.comparison, 2),
        *_evidence(words, facts, notices),
        _links(words, facts),
        *_would_confirm(words, alert),
    ]
    return card(
        spend(TEXT_MAX, blocks), _buttons(words, alert, nonce), accent=_ACCENTS[alert.state]
    )


def _head(words: Words, alert: Alert, history: Sequence[Revision]) -> str:
    title = words(f"review.title.{alert.state.value}", title=words.title(alert.told))
    headline = words("common.quoted", text=escape.inline(alert.told.headline, 220))
    if alert.state is AlertState.PENDING:
        return "\n".join([title, headline, words(f"review.reason.{_why_here(alert, history)}")])
    return "\n".join([title, headline, _decision(words, alert, history)])


def _why_here(alert: Alert, history: Sequence[Revision]) -> str:
    asked = (
        Reason.DOUBTFUL,
        Reason.BY_MODE,
        Reason.BASELINE,
        Reason.LATE,
        Reason.REPORTED,
        Reason.VANISHED,
        Reason.REOPENED,
    )
    found = last_of(history, *asked)
    return found.reason.value if found else alert.reason.value


def _decision(words: Words, alert: Alert, history: Sequence[Revision]) -> str:
    made = last_of(history, *_DECIDED[alert.state])
    author_id = made.author_id if made else alert.decided_by
    said = f"review.decided.{alert.state.value}"
    lines = [words(f"{said}.by_tocsin")]
    if made and made.reason is Reason.RETURNED:
        lines = [words("review.decided.returned")]
    elif author_id is not None:
        lines = [words(f"{said}.by_member", member=f"<@{author_id}>")]
    if made:
        lines.append(words("review.decided.at", at=moment_stamp(made.at)))
    if made and made.comment:
        comment = escape.inline(made.comment, 400)
        lines.append(words("review.decided.comment", comment=comment))
    return "\n".join(lines)


def _understood(words: Words, facts: Facts, reporters: int, origin: str) -> str:
    level = _confidence(facts.confidence)
    lines = [
        words("review.field.platform", platform=words.platform(facts.platform_name)),
        words(f"review.field.kind.{facts.scope.value}", kind=words(f"common.kind.{facts.kind}")),
        words("review.field.severity", severity=words(f"common.severity.{facts.severity}")),
        words(f"review.field.confidence.{level}", percent=round(facts.confidence * 100)),
        words(f"review.field.origin.{origin}"),
    ]
    if facts.successor:
        lines.append(words("review.field.successor", successor=name(facts.successor)))
    if reporters > 0:
        lines.append(words("review.field.reporters", reporters))
    return "\n".join([words("review.understood"), *lines])


def _own_site(words: Words, hosts: Sequence[str]) -> list[Block]:
    if not hosts:
        return []
    host = escape.inline(hosts[0], 80)
    return [if_room(1, words("review.own_site", host=host))]


def _origin(alert: Alert, history: Sequence[Revision]) -> str:
    """Whose word it is; nobody's where a source has only vanished."""
    seen = alert.told.origin is Origin.COMMUNITY and last_of(history, Reason.VANISHED)
    return "seen" if seen else alert.told.origin.value


def _confidence(confidence: float) -> str:
    if confidence >= ALERT_CONFIDENCE:
        return "high"
    return "medium" if confidence >= MEDIUM_CONFIDENCE else "low"


def _update(words: Words, alert: Alert, history: Sequence[Revision]) -> list[Block]:
    changed = [each for each in history[1:] if each.changes]
    if alert.state is not AlertState.PENDING or not changed:
        return []
    lines = [f"- {words.change(change)}" for change in changed[-1].changes[:4]]
    head = words("review.updated", at=moment_stamp(changed[-1].at))
    return [if_room(4, "\n".join([head, *lines]))]


def _dates(words: Words, facts: Facts, today: date) -> list[Block]:
    if not facts.deadlines:
        return [whole(1, words("review.dates.none"))]
    lines = [_date(words, each, today) for each in nearest_first(facts.deadlines, today)]
    head = words("review.dates.head")
    block = lines_block(2, head, lines, lambda n: words("review.dates.more", n))
    conflicts = words.dates.conflicts(facts.deadlines, today)
    return [block, *([if_room(1, "\n".join(conflicts))] if conflicts else [])]


def _date(words: Words, deadline: Deadline, today: date) -> str:
    line = words.dates.line(deadline, today)
    said = escape.inline(deadline.quote, DATE_QUOTE_MAX)
    if not said:
        return f"{line}\n  - {words('review.dates.by_hand')}"
    return f"{line}\n  - {words('common.quoted', text=said)}"


def _evidence(words: Words, facts: Facts, notices: Sequence[ToldNotice]) -> list[Block]:
    said = [facts.quote or "", *(line for each in notices for line in each.notice.evidence)]
    shown = dict.fromkeys(escape.inline(line, EVIDENCE_CHARACTERS) for line in said if line)
    blocks = []
    for index, line in enumerate(filter(None, list(shown)[:EVIDENCE_MAX])):
        head = words("review.evidence", language=words.language(facts.language))
        blocks.append(if_room(5 + index, f"{head}\n> {line}" if index == 0 else f"> {line}"))
    return blocks


def _links(words: Words, facts: Facts) -> Block:
    addresses = [(link, escape.address(link.url)) for link in facts.links]
    lines = [
        words("alert.link.also_line", source=words.source(link), url=address)
        for link, address in addresses
        if address
    ]
    if not lines:
        return whole(2, words("review.links.none"))
    head = words("review.links.head")
    return lines_block(9, head, lines, lambda n: words("alert.link.more", n))


def _would_confirm(words: Words, alert: Alert) -> list[Block]:
    if alert.told.confirmed or alert.state is not AlertState.PENDING:
        return []
    platform = words.platform(alert.told.platform_name)
    return [if_room(3, words("review.would_confirm", platform=platform))]


def _buttons(words: Words, alert: Alert, nonce: str) -> list[ui.Button[ui.LayoutView]]:
    """Whatever the state, one of them carries the nonce, by which a lost message is found again."""
    publish = custom_ids.publish(alert.id, alert.revision, nonce)
    dismiss = custom_ids.dismiss(alert.id, alert.revision, nonce)
    why = button(words("alert.button.why"), custom_ids.why(alert.id, nonce))
    url = alert.told.links[0].url if alert.told.links else None
    original = link_button(words("alert.button.original"), url)
    match alert.state:
        case AlertState.PENDING:
            return [
                button(words("review.button.publish"), publish, ButtonStyle.success),
                button(words("review.button.dismiss"), dismiss, ButtonStyle.danger),
                why,
                *original,
            ]
        case AlertState.PUBLISHED:
            done = button(words("review.button.published"), publish, disabled=True)
        case AlertState.DISMISSED:
            done = button(words("review.button.dismissed"), dismiss, disabled=True)
        case AlertState.RETRACTED:
            done = button(words("review.button.retracted"), publish, disabled=True)
    return [done, why, *original]
