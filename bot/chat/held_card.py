"""For moderators: a message may or may not have arrived and cannot be looked up, or Discord takes
none of its form. It is not sent again blindly."""

from discord import ui

from bot.chat import custom_ids
from bot.chat.layout import Accent, button, card
from bot.chat.words import Words
from bot.domain.deliveries import MODERATORS, Delivery
from bot.errors import Fault
from bot.i18n import Texts


def held_card(
    texts: Texts, locale: str, held: Delivery, nonce: str, fault: Fault | None = None
) -> ui.LayoutView:
    """Which message, and how to find out. `fault`: why, if it is another reason than that."""
    words = Words(texts, locale)
    known = held.channel_id != MODERATORS
    where = f"<#{held.channel_id}>" if known else words("held.moderators")
    if fault is None or fault.key == "delivery.held":
        lines = [words("held.head", channel=where), words("held.todo")]
    else:
        trouble = texts.fault(locale, fault)
        head = words("held.refused.head", channel=where, trouble=trouble)
        lines = [head, words("held.refused.todo")]
    text = "\n".join(lines)
    again = button(words("stopped.button"), custom_ids.place(held.channel_id, nonce))
    return card([text], [again], accent=Accent.IMPORTANT)
