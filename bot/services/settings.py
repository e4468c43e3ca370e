"""A guild's settings: `/setup` and `/settings`. Checks what can be checked without Discord."""

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from bot.clock import Clock
from bot.domain.alerts import AlertState
from bot.domain.deliveries import Subject
from bot.domain.guilds import GuildSettings, Mode
from bot.domain.names import fold
from bot.domain.notices import Severity
from bot.domain.quiet import read_quiet_hours
from bot.errors import Refused
from bot.services.telling import say_review
from bot.storage.database import Storage

DIGESTS = ("off", "daily", "weekly")


class GuildSetup:
    """Reads and changes how a guild wants to be told."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    async def find(self, guild_id: int) -> GuildSettings | None:
        """The settings of a guild that has been set up."""
        async with self._storage.reading() as work:
            return await work.guilds.find(guild_id)

    async def get(self, guild_id: int) -> GuildSettings:
        """The same; raises `Refused` where `/setup` comes first."""
        settings = await self.find(guild_id)
        if settings is None or settings.channel_id is None:
            raise Refused("setup.first")
        return settings

    async def set_up(
        self,
        guild_id: int,
        member_id: int,
        *,
        channel_id: int,
        review_channel_id: int | None,
        role_id: int | None,
        locale: str | None,
        mode: Mode | None,
    ) -> GuildSettings:
        """First steps, or the same again: what is not given stays as it was. `role_id` 0: none."""
        before = await self.find(guild_id) or GuildSettings(guild_id)
        after = replace(
            before,
            channel_id=channel_id,
            review_channel_id=review_channel_id or before.review_channel_id,
            role_id=before.role_id if role_id is None else role_id or None,
            locale=locale or before.locale,
            mode=mode or before.mode,
            set_up_by=member_id,
        )
        return await self._save(before, after)

    async def change(self, guild_id: int, **wanted: Any) -> GuildSettings:
        """Change some settings (names as in `GuildSettings`; a role of 0: none). Raises `Refused`
        for what cannot be: an unknown time zone, quiet hours or digest."""
        before = await self.get(guild_id)
        checked = {name: _checked(name, value) for name, value in wanted.items()}
        if not checked:
            raise Refused("settings.nothing")
        return await self._save(before, replace(before, **checked))

    async def _save(self, before: GuildSettings, after: GuildSettings) -> GuildSettings:
        now = self._clock.now()
        async with self._storage.unit_of_work() as work:
            await work.guilds.save(after)
            if before.review_channel_id != after.review_channel_id and before.channel_id:
                # What waits is shown where moderators now look; the old cards stay usable.
                for alert in await work.alerts.of_guild(after.guild_id, [AlertState.PENDING]):
                    await work.outbox.forget_said(Subject.REVIEW, alert.id)
                    await say_review(work, after, alert, now)
        return after


def time_zones(typed: str, limit: int = 25) -> list[str]:
    """Time zones to offer while somebody types."""
    wanted = fold(typed).replace(" ", "_")
    names = sorted(name for name in available_timezones() if "/" in name or name == "UTC")
    hits = [name for name in names if wanted in name.casefold()]
    hits.sort(key=lambda name: (not name.startswith("Europe/"), name))
    return hits[:limit]


def _checked(name: str, value: Any) -> Any:
    match name:
        case "time_zone":
            if value not in available_timezones():
                raise Refused("settings.time_zone", value=value)
            return ZoneInfo(value).key
        case "quiet_hours":
            if value.strip().casefold() in ("off", "none", "-", "aucune", "non"):
                return None
            span = read_quiet_hours(value)
            if span is None:
                raise Refused("settings.quiet_hours", value=value)
            return f"{span[0]:%H:%M}-{span[1]:%H:%M}"
        case "digest":
            if value not in DIGESTS:
                raise Refused("settings.digest", value=value)
            return None if value == "off" else value
        case "role_id" | "moderator_role_id":
            return value or None
        case "lowest_severity":
            return Severity(value)
        case "mode":
            return Mode(value)
        case _:
            return value
