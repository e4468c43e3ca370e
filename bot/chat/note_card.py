"""A material change, said aloud in the alert's thread: what changed, and what to do about it."""

from collections.abc import Sequence
from datetime import date

from discord import ui

from bot.chat import custom_ids, escape
from bot.chat.dates import lines_block
from bot.chat.layout import Accent, button, card
from bot.chat.limits import TEXT_MAX, Block, if_room, spend, whole
from bot.chat.words import Words
from bot.domain.alerts import Alert, AlertState, Reason, Revision
from bot.i18n import Texts

COMMENT_MAX = 500

_SAID_ALOUD = (
    Reason.FIRST,
    Reason.PUBLISHED,
    Reason.CHANGED,
    Reason.CONFIRMED,
    Reason.CORRECTED,
    Reason.RETRACTED,
    Reason.REOPENED,
)


def note_card(
    texts: Texts,
    locale: str,
    alert: Alert,
    history: Sequence[Revision],
    revision: int,
    nonce: str,
    today: date,
    *,
    has_checklist: bool = False,
    role_id: int | None = None,
) -> ui.LayoutView:
    """What `revision` changed. `role_id` is mentioned, since the alert mentioned it."""
    words = Words(texts, locale)
    change = next((each for each in history if each.revision == revision), history[-1])
    retracted = change.reason is Reason.RETRACTED
    above = f"<@&{role_id}>" if role_id else None
    blocks = [whole(0, _head(words, alert, change)), *_lines(words, change)]
    if retracted:
        blocks.append(whole(0, words("note.retracted")))
    elif alert.state is AlertState.PUBLISHED and has_checklist:
        blocks.append(if_room(2, words("note.checklist")))
    if has_checklist and not retracted and alert.state is AlertState.PUBLISHED:
        press = button(words("alert.button.checklist"), custom_ids.checklist(alert.id, nonce))
    else:
        press = button(words("alert.button.why"), custom_ids.why(alert.id, nonce))
    return card(
        spend(TEXT_MAX - len(above or ""), blocks),
        [press],
        accent=Accent.FADED if retracted else Accent.IMPORTANT,
        above=above,
    )


def _head(words: Words, alert: Alert, change: Revision) -> str:
    told = change.reason if change.reason in _SAID_ALOUD else Reason.CHANGED
    platform = words.platform(alert.told.platform_name)
    return words(f"note.head.{told.value}", platform=platform)


def _lines(words: Words, change: Revision) -> list[Block]:
    lines = [f"- {words.change(each)}" for each in change.changes if each.material]
    blocks: list[Block] = []
    if lines:
        blocks = [
            lines_block(0, lines[0], lines[1:], lambda n: words("note.more", n))
            if len(lines) > 1
            else whole(0, lines[0])
        ]
    if change.comment and (comment := escape.inline(change.comment, COMMENT_MAX)):
        blocks.append(if_room(1, f"> {comment}"))
    return blocks
