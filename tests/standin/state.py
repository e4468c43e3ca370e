"""What exists in the stand-in's Discord: users, guilds, roles, channels, messages, commands.

Plain mutable objects, changed by REST requests and by the test's hand. No I/O, no rules.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]

DISCORD_EPOCH_MS = 1_420_070_400_000
TEXT, DM, ANNOUNCEMENT, FORUM = 0, 1, 5, 15
ANNOUNCEMENT_THREAD, PUBLIC_THREAD, PRIVATE_THREAD = 10, 11, 12
THREADS = (ANNOUNCEMENT_THREAD, PUBLIC_THREAD, PRIVATE_THREAD)
EPHEMERAL, CROSSPOSTED, LOADING, COMPONENTS_V2 = 1 << 6, 1 << 0, 1 << 7, 1 << 15


@dataclass(slots=True, eq=False)
class User:
    id: int
    name: str
    bot: bool = False
    locale: str = "en-US"
    dm_closed: bool = False


@dataclass(slots=True, eq=False)
class Role:
    id: int
    name: str
    permissions: int
    position: int = 1
    mentionable: bool = False
    managed: bool = False


@dataclass(slots=True, eq=False)
class Overwrite:
    """Permissions of one role (`type` 0) or member (1) in one channel."""

    id: int
    type: int
    allow: int = 0
    deny: int = 0


@dataclass(slots=True, eq=False)
class Member:
    user: User
    guild: "Guild"
    roles: set[int] = field(default_factory=set)
    joined_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def id(self) -> int:
        return self.user.id


@dataclass(slots=True, eq=False)
class Channel:
    """A guild channel, a thread (`parent` set) or a direct-message channel (`recipient` set)."""

    id: int
    type: int
    name: str
    guild: "Guild | None" = None
    parent: "Channel | None" = None
    recipient: User | None = None
    owner_id: int | None = None
    topic: str | None = None
    position: int = 0
    flags: int = 0
    overwrites: dict[int, Overwrite] = field(default_factory=dict)
    tags: list[Json] = field(default_factory=list)
    applied_tags: list[int] = field(default_factory=list)
    archived: bool = False
    locked: bool = False
    auto_archive_minutes: int = 1440
    messages: "dict[int, Message]" = field(default_factory=dict)
    members: set[int] = field(default_factory=set)

    @property
    def is_thread(self) -> bool:
        return self.type in THREADS


@dataclass(slots=True, eq=False)
class Guild:
    id: int
    name: str
    owner_id: int
    locale: str = "en-US"
    system_channel_id: int | None = None
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pings:
    """Whom a message notified when it was posted: after allowed_mentions and permissions."""

    roles: tuple[int, ...] = ()
    users: tuple[int, ...] = ()
    everyone: bool = False

    def __bool__(self) -> bool:
        return bool(self.roles or self.users or self.everyone)


@dataclass(frozen=True, slots=True)
class Revision:
    """A message as it stood from `at` (monotonic seconds) until the next revision."""

    at: float
    content: str
    embeds: tuple[Json, ...]
    components: tuple[Json, ...]
    flags: int

    @property
    def text(self) -> str:
        """Everything a reader sees as text, in order: content, embeds, text displays, labels."""
        lines = [self.content, *(line for embed in self.embeds for line in embed_lines(embed))]
        lines += [line for component in self.components for line in component_lines(component)]
        return "\n".join(line for line in lines if line)


@dataclass(slots=True, eq=False)
class Message:
    id: int
    channel: Channel
    author: User
    revisions: list[Revision]
    pings: Pings = field(default_factory=Pings)
    mention_roles: tuple[int, ...] = ()
    nonce: str | int | None = None
    attachments: list[Json] = field(default_factory=list)
    reference: Json | None = None
    thread: Channel | None = None
    interaction: Json | None = None
    webhook: bool = False
    deleted: bool = False
    edited_at: datetime | None = None
    crossposts: int = 0

    @property
    def now(self) -> Revision:
        return self.revisions[-1]

    @property
    def content(self) -> str:
        return self.now.content

    @property
    def embeds(self) -> tuple[Json, ...]:
        return self.now.embeds

    @property
    def components(self) -> tuple[Json, ...]:
        return self.now.components

    @property
    def flags(self) -> int:
        return self.now.flags

    @property
    def text(self) -> str:
        return self.now.text

    @property
    def ephemeral(self) -> bool:
        return bool(self.flags & EPHEMERAL)

    @property
    def crossposted(self) -> bool:
        return bool(self.flags & CROSSPOSTED)

    @property
    def custom_ids(self) -> list[str]:
        """The `custom_id`s of every component, in order."""
        return [c["custom_id"] for c in walk(self.components) if c.get("custom_id")]

    @property
    def labels(self) -> list[str]:
        """The labels of every button, in order."""
        return [c["label"] for c in walk(self.components) if c["type"] == 2 and c.get("label")]


class World:
    """Everything there is, and the clock-based identifiers of what comes."""

    def __init__(self, *, token: str, bot_name: str) -> None:
        self._last_snowflake = 0
        self.token = token
        self.bot = User(self.snowflake(), bot_name, bot=True)
        self.owner = User(self.snowflake(), "operator")
        self.users: dict[int, User] = {self.bot.id: self.bot, self.owner.id: self.owner}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.portal: Json = {}  # what the developer portal says otherwise than it usually does
        self.commands: list[Json] = []
        self.commands_written = 0
        self.hidden_messages: dict[int, Message] = {}
        self.files: dict[str, tuple[bytes, str]] = {}

    @property
    def application_id(self) -> int:
        return self.bot.id

    def snowflake(self) -> int:
        """A new identifier; later ones are greater, and each carries its time of making."""
        fresh = (int(time.time() * 1000) - DISCORD_EPOCH_MS) << 22
        self._last_snowflake = max(fresh, self._last_snowflake + 1)
        return self._last_snowflake

    def find_message(self, channel: Channel, message_id: int) -> Message | None:
        message = channel.messages.get(message_id)
        return None if message is None or message.deleted else message

    def threads(self, guild: Guild) -> Iterator[Channel]:
        return (channel for channel in guild.channels.values() if channel.is_thread)

    def dm_with(self, user: User) -> Channel:
        """The bot's direct-message channel with a user, made at first use."""
        for channel in self.channels.values():
            if channel.recipient is user:
                return channel
        channel = Channel(self.snowflake(), DM, user.name, recipient=user)
        self.channels[channel.id] = channel
        return channel


def made_at(snowflake: int) -> datetime:
    """The instant an identifier was made."""
    return datetime.fromtimestamp(((snowflake >> 22) + DISCORD_EPOCH_MS) / 1000, UTC)


def walk(components: Any) -> Iterator[Json]:
    """Every component, outer before inner: containers, rows, sections with their accessories."""
    for component in components or ():
        yield component
        yield from walk(component.get("components"))
        for inner in ("accessory", "component"):
            if isinstance(component.get(inner), dict):
                yield from walk([component[inner]])


def embed_lines(embed: Json) -> Iterator[str]:
    yield embed.get("author", {}).get("name", "")
    yield embed.get("title", "")
    yield embed.get("description", "")
    for entry in embed.get("fields", ()):
        yield entry["name"]
        yield entry["value"]
    yield embed.get("footer", {}).get("text", "")


def component_lines(component: Json) -> Iterator[str]:
    for part in walk([component]):
        if part["type"] == 10:
            yield part["content"]
        elif part["type"] == 2:
            yield part.get("label") or ""
        elif part["type"] in (3, 5, 6, 7, 8):
            yield part.get("placeholder") or ""
            for option in part.get("options", ()):
                yield option["label"]
                yield option.get("description") or ""
