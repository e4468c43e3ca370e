"""For moderators: a source has moved for good, as it seems; go along, or stay."""

from discord import ButtonStyle, ui

from bot.chat import custom_ids, escape
from bot.chat.dates import moment_stamp
from bot.chat.layout import Accent, button, card
from bot.chat.words import Words
from bot.domain.sources import Source, Watcher
from bot.i18n import Texts


def moved_card(
    texts: Texts, locale: str, watcher: Watcher, source: Source, nonce: str
) -> ui.LayoutView:
    """`source.moved_to` and `moved_since` say where to and since when."""
    words = Words(texts, locale)
    since = source.moved_since or source.health_since
    target = source.moved_to or source.url
    lines = [
        words(
            "moved.head",
            name=escape.inline(watcher.name, 80),
            platform=escape.inline(watcher.platform_name, 80),
            since=moment_stamp(since, "D"),
        ),
        words("moved.from", address=escape.shown_address(source.url)),
        words("moved.to", address=escape.shown_address(target)),
    ]
    if escape.host(source.url) != escape.host(target):
        lines.append(words("moved.other_host"))
    lines.append(words("moved.todo"))
    number = source.move_number
    go = custom_ids.moved(watcher.id, number, nonce)
    stay = custom_ids.stays(watcher.id, number, nonce)
    buttons = [
        button(words("moved.button.accept"), go, ButtonStyle.success),
        button(words("moved.button.keep"), stay),
    ]
    return card(["\n".join(lines)], buttons, accent=Accent.IMPORTANT)
