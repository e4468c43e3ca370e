"""For moderators: a message may or may not have arrived, and cannot be looked up. It is not sent
again blindly."""

from discord import ui

from bot.chat import custom_ids
from bot.chat.layout import Accent, button, card
from bot.chat.words import Words
from bot.domain.deliveries import MODERATORS, Delivery
from bot.i18n import Texts


def held_card(texts: Texts, locale: str, held: Delivery, nonce: str) -> ui.LayoutView:
    """Which message, and how to find out."""
    words = Words(texts, locale)
    known = held.channel_id != MODERATORS
    where = f"<#{held.channel_id}>" if known else words("held.moderators")
    text = "\n".join([words("held.head", channel=where), words("held.todo")])
    again = button(words("stopped.button"), custom_ids.place(held.channel_id, nonce))
    return card([text], [again], accent=Accent.IMPORTANT)
