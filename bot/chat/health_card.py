"""For moderators: a source has stopped speaking, why and what can be done; or it is back."""

from discord import ui

from bot.chat import custom_ids, escape
from bot.chat.dates import moment_stamp
from bot.chat.layout import Accent, button, card
from bot.chat.words import Words
from bot.domain.polls import is_removed
from bot.domain.sources import Health, Source, Watcher
from bot.i18n import Texts


def health_card(
    texts: Texts, locale: str, watcher: Watcher, source: Source, nonce: str
) -> ui.LayoutView:
    """`watcher.told_health` None: it is back."""
    words = Words(texts, locale)
    name = escape.inline(watcher.name, 80)
    platform = escape.inline(watcher.platform_name, 80)
    since = moment_stamp(source.health_since, "f")
    back = watcher.told_health is None
    if back:
        lines = [words("health.back", name=name, platform=platform)]
    else:
        lines = [
            words(
                "health.stopped" if source.read_at else "health.never",
                since=since,
                name=name,
                platform=platform,
            ),
            texts.fault(locale, escape.fault(source.fault)) if source.fault else "",
            words("health.ended" if is_removed(source) else "health.meanwhile"),
            words(_todo(watcher, source)),
        ]
    if (address := escape.address(source.url)) is not None:
        lines.append(address)
    look = button(words("health.button"), custom_ids.source(watcher.id, nonce))
    text = "\n".join(filter(None, lines))
    return card([text], [look], accent=Accent.CALM if back else Accent.IMPORTANT)


def _todo(watcher: Watcher, source: Source) -> str:
    """The key of what can be done. Nobody here can mend an address of the catalogue."""
    health = watcher.told_health or source.health
    misread = source.read_at is None or health in (Health.BROKEN, Health.MOVED)
    if watcher.guild_id is None and misread:
        return "health.todo_catalogue"
    return f"health.todo.{health.value}"
