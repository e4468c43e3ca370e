"""What `/source add` and `/source test` found out, in words; and the menu where several sources
stand behind one address. Only moderators choose; a choice that has passed is said to have."""

import re
from html import unescape
from typing import Any, Self

import discord
from discord import ui

from bot.chat import custom_ids, escape
from bot.domain.notices import Origin
from bot.domain.sources import SourceKind
from bot.errors import Fault
from bot.services.adding import Choice, Chosen
from bot.services.discovery import Candidate
from bot.services.trying import Trial, Tried
from bot.services.watching import Added
from cogs.answering import (
    CHOICES,
    Interaction,
    answer_error,
    check_moderator,
    guild_of,
    locale_of,
    say,
    send,
    services_of,
    thinking,
)

_FEW_LEFT = 10
_LABEL_MAX = 100
_SEEN_MAX = 300


class ChoiceMenu(ui.DynamicItem[ui.Select[Any]], template=custom_ids.CHOOSE):
    """The sources behind an address; known by its `custom_id`."""

    def __init__(self, item: ui.Select[Any], token: str) -> None:
        super().__init__(item)
        self.token = token

    @classmethod
    async def from_custom_id(cls, _: Interaction, item: ui.Item[Any], match: re.Match[str]) -> Self:
        """Called by discord.py."""
        if not isinstance(item, ui.Select):
            raise TypeError("only menus are chosen from")
        return cls(item, match["token"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Called by discord.py."""
        try:
            await check_moderator(interaction)
            await thinking(interaction)
            chosen = await services_of(interaction).adding.choose(
                guild_of(interaction), self.token, [int(value) for value in self.item.values]
            )
            lines = [line for each in chosen for line in _chosen_lines(interaction, each)]
            await send(interaction, "\n".join(lines))
        except Exception as error:  # noqa: BLE001 - every error is answered
            await answer_error(interaction, error)


async def offer(interaction: Interaction, choice: Choice) -> None:
    """Show the sources behind an address, privately, to be chosen from."""
    candidates = choice.candidates[:CHOICES]
    menu: ui.Select[ui.View] = ui.Select(
        custom_id=custom_ids.choose(choice.token),
        placeholder=say(interaction, "discovery.menu"),
        max_values=len(candidates),
        options=[
            discord.SelectOption(
                label=escape.clean(each.title, _LABEL_MAX) or each.url[:_LABEL_MAX],
                description=_described(interaction, each)[:_LABEL_MAX],
                value=str(number),
            )
            for number, each in enumerate(candidates)
        ],
    )
    view = ui.View(timeout=None)
    view.add_item(menu)
    view.stop()  # its menu is known by its id
    lines = [
        say(
            interaction,
            "discovery.choose",
            len(candidates),
            platform=escape.inline(choice.wanted.platform, 100),
        ),
        *(f"- {escape.shown_address(each.url)}" for each in candidates),
    ]
    await interaction.followup.send("\n".join(lines)[:2000], view=view, ephemeral=True)


def added_lines(interaction: Interaction, added: Added) -> list[str]:
    """What was added, what it is, and whose word it counts as."""
    watcher, kind = added.watcher, added.source.kind
    shown = escape.inline(watcher.name, 100)
    about = escape.inline(watcher.platform_name, 100)
    lines = _what_it_is(interaction, added)
    if added.fault is not None:
        locale = locale_of(interaction)
        trouble = services_of(interaction).texts.fault(locale, escape.fault(added.fault))
        lines.append(
            say(interaction, "source.added_unread", name=shown, platform=about, trouble=trouble)
        )
    elif kind is SourceKind.PAGE:
        lines.append(say(interaction, "source.added_page", name=shown, platform=about))
        seen = escape.inline(" ".join((added.page or "").split()), _SEEN_MAX)
        lines.append(say(interaction, "source.page_now", text=seen))
    else:
        lines.append(say(interaction, "source.added", added.entries, name=shown, platform=about))
        if added.offered:
            lines.append(say(interaction, "source.offered", added.offered))
    if kind is SourceKind.STATUSPAGE:
        lines.append(say(interaction, "discovery.outages"))
    else:
        key = (watcher.origin or Origin.OFFICIAL).value
        lines.append(say(interaction, f"source.counts_as.{key}"))
    if added.left <= _FEW_LEFT:
        most = services_of(interaction).watching.most
        lines.append(say(interaction, "source.left", added.left, most=most))
    return lines


def trial_lines(interaction: Interaction, trial: Trial) -> list[str]:
    """What would be read, and what would be made of it."""
    lines = []
    if trial.found is not None:
        url = escape.shown_address(trial.found)
        lines.append(
            say(interaction, "discovery.found", kind=_kind(interaction, trial.kind), url=url)
        )
    title = escape.inline(trial.title or "–", 100)
    if trial.kind is SourceKind.PAGE:
        lines.append(say(interaction, "source.trial_page", title=title))
        seen = " ".join(trial.tried[0].entry.body.split()) if trial.tried else ""
        lines.append(
            say(interaction, "source.page_now", text=escape.inline(unescape(seen), _SEEN_MAX))
        )
        return lines + _others(interaction, trial)
    lines.append(say(interaction, "source.trial", trial.total, title=title))
    lines.extend(_tried(interaction, each) for each in trial.tried)
    return lines + _others(interaction, trial)


def _others(interaction: Interaction, trial: Trial) -> list[str]:
    if not trial.others:
        return []
    lines = [say(interaction, "discovery.also", len(trial.others))]
    return lines + [f"- {escape.shown_address(each.url)}" for each in trial.others]


def _what_it_is(interaction: Interaction, added: Added) -> list[str]:
    kind = _kind(interaction, added.source.kind)
    if added.given is not None and added.given != added.source.url:
        url = escape.shown_address(added.source.url)
        return [say(interaction, "discovery.found", kind=kind, url=url)]
    if added.source.kind is not SourceKind.FEED:
        return [say(interaction, "discovery.is", kind=kind)]
    return []


def _chosen_lines(interaction: Interaction, chosen: Chosen) -> list[str]:
    if not isinstance(chosen.outcome, Fault):
        return added_lines(interaction, chosen.outcome)
    locale = locale_of(interaction)
    trouble = services_of(interaction).texts.fault(locale, escape.fault(chosen.outcome))
    name = escape.shown_address(chosen.candidate.url)
    return [say(interaction, "discovery.not_added", name=name, trouble=trouble)]


def _described(interaction: Interaction, candidate: Candidate) -> str:
    kind = _kind(interaction, candidate.kind)
    return say(interaction, "discovery.option", candidate.total, kind=kind)


def _kind(interaction: Interaction, kind: SourceKind) -> str:
    return say(interaction, f"discovery.kind.{kind.value}")


def _tried(interaction: Interaction, tried: Tried) -> str:
    notice = tried.judgement.gravest
    kind = say(interaction, f"common.kind.{notice.kind.value}" if notice else "common.kind.none")
    title = escape.inline(tried.entry.title or "–", 110)
    return say(interaction, f"source.judged.{tried.action.value}", title=title, kind=kind)
