"""What was understood of a member's report, privately and at once, and what happens next."""

from datetime import date, datetime

from discord import ui

from bot.chat import escape
from bot.chat.dates import moment_stamp, nearest_first
from bot.chat.layout import Accent, card
from bot.chat.limits import TEXT_MAX, Block, if_room, spend, whole
from bot.chat.words import Words
from bot.domain.alerts import Alert, AlertState
from bot.domain.notices import Judgement, Notice
from bot.i18n import Texts

DATES_MAX = 6

_WHAT_NEXT = {
    AlertState.PENDING: "report.next",
    AlertState.PUBLISHED: "report.told",
    AlertState.DISMISSED: "report.decided",
    AlertState.RETRACTED: "report.decided",
}


def report_card(
    texts: Texts,
    locale: str,
    judgement: Judgement,
    alert: Alert | None,
    today: date,
    *,
    cut: bool = False,
    reporters: int = 0,
    since: datetime | None = None,
    told_at: str | None = None,
) -> ui.LayoutView:
    """`alert` None: the moderators were not asked. `cut`: only the beginning was read; `reporters`:
    so many members have reported the same; `since`: when it was first known here; `told_at`: the
    address of the message that tells it."""
    words = Words(texts, locale)
    notice = judgement.gravest
    blocks: list[Block] = []
    if notice is None or alert is None:
        blocks.append(whole(0, words("report.nothing")))
    else:
        blocks.append(whole(0, words("report.thanks")))
        blocks.append(whole(0, _understood(words, notice)))
        blocks.extend(_dates(words, notice, today))
        if notice.evidence and (quote := escape.inline(notice.evidence[0], 400)):
            blocks.append(if_room(2, f"> {quote}"))
        blocks.append(whole(0, _what_next(words, alert, since, told_at)))
        if reporters > 1:
            blocks.append(if_room(1, words("report.others", reporters)))
    if cut:
        blocks.append(if_room(1, words("report.cut")))
    return card(spend(TEXT_MAX, blocks), accent=Accent.INFO)


def _what_next(words: Words, alert: Alert, since: datetime | None, told_at: str | None) -> str:
    if alert.state is AlertState.PUBLISHED and told_at:
        return words("report.told_there", url=told_at)
    if alert.state is AlertState.PENDING and since:
        return words("report.waits", at=moment_stamp(since))
    return words(_WHAT_NEXT[alert.state])


def _understood(words: Words, notice: Notice) -> str:
    return words(
        "report.understood",
        kind=words(f"common.kind.{notice.kind.value}"),
        platform=words.platform(notice.platform_name),
    )


def _dates(words: Words, notice: Notice, today: date) -> list[Block]:
    if not notice.deadlines:
        return [whole(0, words("report.no_dates"))]
    lines = []
    for deadline in nearest_first(notice.deadlines, today)[:DATES_MAX]:
        lines.append(words.dates.line(deadline, today))
        if quote := escape.inline(deadline.quote, 120):
            lines.append(f"  - {words('common.quoted', text=quote)}")
    return [whole(0, "\n".join(lines))]
