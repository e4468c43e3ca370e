"""How a card is put together: one container of texts and a row of buttons (Components V2).

Refuses to attach behaviour: what a button does hangs on its `custom_id` (see `custom_ids`).
"""

from collections.abc import Sequence
from enum import IntEnum

import discord
from discord import ButtonStyle, ui

from bot.chat import escape
from bot.chat.limits import label


class Accent(IntEnum):
    """The colour at a card's edge. It only underlines what the words say already."""

    CRITICAL = 0xB3261E
    IMPORTANT = 0xB26A00
    INFO = 0x2F6FB2
    CALM = 0x2E7D4F
    FADED = 0x6B7280


def card(
    texts: Sequence[str],
    buttons: Sequence[ui.Button[ui.LayoutView]] = (),
    *,
    accent: Accent,
    above: str | None = None,
) -> ui.LayoutView:
    """A view of `texts` (empty ones are left out) and at most five `buttons`.

    `above` stands over the card: the one mention that may ring.
    """
    view = ui.LayoutView(timeout=None)
    if above:
        view.add_item(ui.TextDisplay(above))
    container: ui.Container[ui.LayoutView] = ui.Container(accent_colour=discord.Colour(accent))
    for text in filter(None, texts):
        container.add_item(ui.TextDisplay(text))
    if buttons:
        container.add_item(ui.ActionRow(*buttons))
    view.add_item(container)
    return view


def button(
    text: str,
    custom_id: str,
    style: ButtonStyle = ButtonStyle.secondary,
    *,
    disabled: bool = False,
) -> ui.Button[ui.LayoutView]:
    """A button that says `text`."""
    return ui.Button(label=label(text), custom_id=custom_id, style=style, disabled=disabled)


def link_button(text: str, url: str | None) -> tuple[ui.Button[ui.LayoutView], ...]:
    """A button that opens `url`, or none where the address must not be shown."""
    address = escape.button_address(url)
    return (ui.Button(label=label(text), url=address),) if address else ()
