"""What all buttons share: known by their `custom_id` over restarts, and every error is answered."""

import re
from abc import ABC, abstractmethod
from typing import Self

import discord
from discord import ui

from cogs.answering import Interaction, answer_error


class Pressed(ui.DynamicItem[ui.Button[ui.View]], ABC, template=r"(?!)"):
    """A button of a message, found again by the `template` of its `custom_id`."""

    def __init__(self, item: ui.Button[ui.View], given: dict[str, str]) -> None:
        super().__init__(item)
        self.given = given

    @classmethod
    async def from_custom_id(
        cls, _: Interaction, item: ui.Item[ui.View], match: re.Match[str]
    ) -> Self:
        """Called by discord.py."""
        if not isinstance(item, ui.Button):
            raise TypeError("only buttons are pressed")
        return cls(item, match.groupdict())

    async def callback(self, interaction: discord.Interaction[discord.Client]) -> None:
        """Called by discord.py."""
        try:
            await self.press(interaction)
        except Exception as error:  # noqa: BLE001 - every error is answered
            await answer_error(interaction, error)

    def number(self, name: str) -> int:
        """A number that the `custom_id` carries."""
        return int(self.given[name])

    @abstractmethod
    async def press(self, interaction: Interaction) -> None:
        """What the button does."""
