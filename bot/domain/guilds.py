"""A guild's settings and what it follows. Refuses what Discord's ids cannot be."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.notices import Kind, Severity


class Mode(StrEnum):
    """`automatic`: clear official notices are posted, doubtful ones go to review."""

    AUTOMATIC = "automatic"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class GuildSettings:
    """How a guild wants to be told. Channels and roles are Discord ids.

    `channel_id` None: the guild has not been set up. `role_id` is mentioned with alerts;
    `moderator_role_id` makes moderators beside those with Manage Server. `set_up_by` is told
    where no channel of the guild can be written to.
    """

    guild_id: int
    channel_id: int | None = None
    review_channel_id: int | None = None
    role_id: int | None = None
    moderator_role_id: int | None = None
    locale: str = "en"
    time_zone: str = "UTC"
    mode: Mode = Mode.AUTOMATIC
    lowest_severity: Severity = Severity.INFO
    quiet_hours: str | None = None
    digest: str | None = None
    set_up_by: int | None = None


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a guild follows: one platform in one place.

    `channel_id` and `role_id` None: the guild's own. `kinds` empty: all.
    """

    id: int
    guild_id: int
    platform: str
    platform_name: str
    kinds: tuple[Kind, ...] = ()
    severity: Severity | None = None
    channel_id: int | None = None
    role_id: int | None = None

    def wants(self, kind: Kind, severity: Severity, lowest: Severity) -> bool:
        """Whether something of this kind and severity is to be told here."""
        threshold = self.severity or lowest
        return (not self.kinds or kind in self.kinds) and severity.rank >= threshold.rank


@dataclass(frozen=True, slots=True)
class Place:
    """Where an alert is told: a channel, and the role mentioned there."""

    channel_id: int
    role_id: int | None = None
