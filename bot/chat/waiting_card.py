"""Where no review channel is set: a neutral line that something waits for a moderator.

Refuses to say what: an unconfirmed word must not stand in a channel that everybody reads.
"""

from discord import ui

from bot.chat import custom_ids
from bot.chat.layout import Accent, button, card
from bot.chat.words import Words
from bot.domain.alerts import Alert, AlertState
from bot.i18n import Texts


def waiting_card(texts: Texts, locale: str, alert: Alert, nonce: str) -> ui.LayoutView:
    """The line, and for moderators a button that shows them the card privately."""
    words = Words(texts, locale)
    waits = alert.state is AlertState.PENDING
    text = words("review.waiting" if waits else "review.waiting_done")
    look = button(
        words("review.button.look"),
        custom_ids.look(alert.id, nonce),
        disabled=not waits,
    )
    return card([text], [look], accent=Accent.INFO if waits else Accent.FADED)
