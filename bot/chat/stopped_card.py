"""For moderators: a channel refuses messages; why, what waits for it, and what to do."""

from discord import ui

from bot.chat import custom_ids
from bot.chat.layout import Accent, button, card
from bot.chat.words import Words
from bot.errors import Fault
from bot.i18n import Texts


def stopped_card(
    texts: Texts, locale: str, channel_id: int, fault: Fault, waiting: int, nonce: str
) -> ui.LayoutView:
    """`waiting` messages are kept until the channel takes them."""
    words = Words(texts, locale)
    text = "\n".join(
        [
            words("stopped.head", channel=f"<#{channel_id}>", trouble=texts.fault(locale, fault)),
            words("stopped.waiting", waiting),
            words("stopped.todo"),
        ]
    )
    again = button(words("stopped.button"), custom_ids.place(channel_id, nonce))
    return card([text], [again], accent=Accent.IMPORTANT)
