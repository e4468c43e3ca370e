"""`/source`: what is watched, its health, a dry run, a visit now."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat import custom_ids, escape
from bot.chat.client import TocsinClient
from bot.chat.dates import moment_stamp
from bot.domain.notices import Origin
from bot.domain.sources import Source, SourceKind, Watcher
from bot.services.adding import Choice, Wanted
from bot.services.watching import Added, health_first
from cogs import transferring
from cogs.answering import (
    PARTS_MAX,
    TEXT_MAX,
    Interaction,
    check_moderator,
    guild_of,
    is_moderator,
    last_read,
    locale_of,
    platform_choices,
    say,
    send,
    services_of,
    thinking,
)
from cogs.buttons import Pressed
from cogs.discovering import ChoiceMenu, added_lines, offer, trial_lines

ORIGINS = [
    app_commands.Choice(name="official: the platform's own words", value="official"),
    app_commands.Choice(name="press: reports about it", value="press"),
    app_commands.Choice(name="community: what people say", value="community"),
]
_LIST_MAX = (PARTS_MAX - 1) * TEXT_MAX


@app_commands.guild_only()
class SourceCommands(
    commands.GroupCog, group_name="source", group_description="What is watched for you."
):
    """A guild's own sources."""

    @app_commands.command(
        description="Watch a feed or site for a platform, and follow the platform."
    )
    @app_commands.describe(
        url="The address of a feed, a site, a help centre, a status page, a forum",
        platform="Which platform it speaks of; any name",
        name="What you call it",
        origin="Whose words these are; official unless you say otherwise",
    )
    @app_commands.choices(origin=ORIGINS)
    @app_commands.autocomplete(platform=platform_choices)
    async def add(
        self,
        interaction: Interaction,
        url: str,
        platform: str,
        name: str | None = None,
        origin: app_commands.Choice[str] | None = None,
    ) -> None:
        await check_moderator(interaction)
        await thinking(interaction)
        wanted = Wanted(
            guild_of(interaction),
            interaction.user.id,
            url,
            platform,
            name=name,
            origin=Origin(origin.value) if origin else None,
        )
        match await services_of(interaction).adding.add(wanted):
            case Choice() as choice:
                await offer(interaction, choice)
            case Added() as added:
                await send(interaction, "\n".join(added_lines(interaction, added)))

    @app_commands.command(description="Stop watching a source.")
    @app_commands.describe(source="Its name, number or address")
    async def remove(self, interaction: Interaction, source: str) -> None:
        await check_moderator(interaction)
        services = services_of(interaction)
        removed = await services.watching.remove(guild_of(interaction), source)
        await send(
            interaction, say(interaction, "source.removed", name=escape.inline(removed.name, 100))
        )

    @app_commands.command(name="list", description="What is watched for you, and its health.")
    async def listing(self, interaction: Interaction) -> None:
        await check_moderator(interaction)
        pairs = await services_of(interaction).watching.listing(guild_of(interaction))
        if not pairs:
            return await send(interaction, say(interaction, "source.nothing"))
        lines: list[str] = []
        for watcher, source in health_first(pairs):
            line = source_lines(interaction, watcher, source)
            if sum(map(len, lines)) + len(line) > _LIST_MAX:
                lines.append(say(interaction, "source.more", len(pairs) - len(lines)))
                break
            lines.append(line)
        return await send(interaction, "\n".join(lines))

    @app_commands.command(description="A dry run: what would be read, and what is made of it.")
    @app_commands.describe(source="A source, or any address")
    async def test(self, interaction: Interaction, source: str) -> None:
        await check_moderator(interaction)
        await thinking(interaction)
        services = services_of(interaction)
        trial = await services.trying.test(source, guild_of(interaction))
        if trial.fault is not None:
            text = services.texts.fault(locale_of(interaction), escape.fault(trial.fault))
            return await send(interaction, text)
        return await send(interaction, "\n".join(trial_lines(interaction, trial)))

    @app_commands.command(description="Visit a source now.")
    @app_commands.describe(source="Its name, number or address")
    async def poll(self, interaction: Interaction, source: str) -> None:
        await check_moderator(interaction)
        await thinking(interaction)
        services = services_of(interaction)
        watcher, visit = await services.watching.poll(guild_of(interaction), source)
        name = escape.inline(watcher.name, 100)
        if visit.fault is not None:
            trouble = services.texts.fault(locale_of(interaction), escape.fault(visit.fault))
            return await send(
                interaction, say(interaction, "source.polled_fault", name=name, trouble=trouble)
            )
        key = "source.polled" if visit.fresh else "source.polled_nothing"
        return await send(interaction, say(interaction, key, visit.fresh, name=name))

    @app_commands.command(description="Rest from a source.")
    @app_commands.describe(source="Its name, number or address")
    async def pause(self, interaction: Interaction, source: str) -> None:
        await self._pause(interaction, source, paused=True)

    @app_commands.command(description="Go on with a source; what it said meanwhile is not news.")
    @app_commands.describe(source="Its name, number or address")
    async def resume(self, interaction: Interaction, source: str) -> None:
        await self._pause(interaction, source, paused=False)

    @app_commands.command(name="import", description="Watch the feeds of an OPML list.")
    @app_commands.describe(
        file="The list, as feed readers export it (.opml)",
        platform="Which platform feeds speak of where the list does not say",
    )
    @app_commands.autocomplete(platform=platform_choices)
    async def import_list(
        self,
        interaction: Interaction,
        file: discord.Attachment,
        platform: str | None = None,
    ) -> None:
        await check_moderator(interaction)
        await transferring.load(interaction, file, platform)

    @app_commands.command(name="export", description="Your sources as an OPML list.")
    async def export_list(self, interaction: Interaction) -> None:
        await check_moderator(interaction)
        await transferring.export(interaction)

    async def _pause(self, interaction: Interaction, source: str, *, paused: bool) -> None:
        await check_moderator(interaction)
        services = services_of(interaction)
        watcher = await services.watching.pause(guild_of(interaction), source, paused=paused)
        key = "source.paused" if paused else "source.resumed"
        await send(interaction, say(interaction, key, name=escape.inline(watcher.name, 100)))

    @remove.autocomplete("source")
    @test.autocomplete("source")
    @poll.autocomplete("source")
    @pause.autocomplete("source")
    @resume.autocomplete("source")
    async def _sources(
        self, interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        if interaction.guild_id is None or not await is_moderator(interaction):
            return []
        pairs = await services_of(interaction).watching.listing(interaction.guild_id)
        return [
            app_commands.Choice(
                name=f"#{watcher.id} {watcher.name} · {watcher.platform_name}"[:100],
                value=f"#{watcher.id}",
            )
            for watcher, source in pairs
            if typed.casefold() in f"#{watcher.id} {watcher.name} {source.url}".casefold()
        ][:25]


class SourceButton(Pressed, template=custom_ids.SOURCE):
    """On a health notice: what is known of the source now."""

    async def press(self, interaction: Interaction) -> None:
        await check_moderator(interaction)
        watching = services_of(interaction).watching
        watcher, source = await watching.about(guild_of(interaction), self.number("watcher_id"))
        lines = [source_lines(interaction, watcher, source)]
        history = await watching.history(source)
        if len(history) > 1:
            lines.append(say(interaction, "source.history.head"))
            lines.extend(
                say(
                    interaction,
                    "source.history.line",
                    at=moment_stamp(each.at),
                    health=say(interaction, f"source.state.{each.health.value}"),
                )
                for each in history
            )
        await send(interaction, "\n".join(lines))


def source_lines(interaction: Interaction, watcher: Watcher, source: Source) -> str:
    """One source: number, name, platform, address, health in words, last read."""
    services, locale = services_of(interaction), locale_of(interaction)
    lines = [
        say(
            interaction,
            "source.head",
            id=watcher.id,
            name=escape.inline(watcher.name, 80),
            platform=escape.inline(watcher.platform_name, 80),
            url=escape.shown_address(source.url),
        )
    ]
    if source.kind is not SourceKind.FEED:
        lines.append(say(interaction, f"discovery.kind.{source.kind.value}"))
    if watcher.paused:
        lines.append(say(interaction, "source.health.paused"))
    elif source.fault is not None:
        lines.append(
            say(
                interaction,
                "source.health.trouble",
                health=say(interaction, f"source.state.{source.health.value}"),
                since=moment_stamp(source.health_since),
                read=last_read(interaction, source),
                trouble=services.texts.fault(locale, escape.fault(source.fault)),
            )
        )
    elif source.read_at is not None:
        lines.append(say(interaction, "source.health.ok", read=moment_stamp(source.read_at, "R")))
    else:
        lines.append(say(interaction, "source.health.new"))
    return "\n  ".join(lines)


async def setup(bot: TocsinClient) -> None:
    """Called by discord.py."""
    bot.add_dynamic_items(SourceButton, ChoiceMenu)
    await bot.add_cog(SourceCommands())
