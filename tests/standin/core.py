"""What every part of the stand-in shares, and the shape of one request and of its handler."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .errors import Refusal, Violation, missing_access, missing_permissions, unknown
from .faults import Faults
from .gateway import Gateway
from .limits import Limits
from .permissions import Permission, bot_in
from .state import Channel, Guild, Json, Message, World


@dataclass(slots=True)
class Seen:
    """One request as it came: monotonic times in seconds, its end, and what it was answered.

    `status` is None while it runs; `dropped` says that the bot never saw the answer.
    """

    at: float
    method: str
    path: str
    route: str
    body: Any = None
    status: int | None = None
    ended: float | None = None
    dropped: bool = False
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Call:
    """A request whose route is known and whose body fits the description."""

    route: str
    params: Mapping[str, str]
    query: Mapping[str, str]
    body: Any
    files: tuple[tuple[str, bytes, str], ...] = ()

    def id_of(self, name: str) -> int:
        """A snowflake of the path; Discord refuses what is no number."""
        value = self.params[name]
        if not value.isdigit():
            raise Refusal(400, 50035, f"Invalid Form Body\nIn {name}: {value!r} is not snowflake.")
        return int(value)


@dataclass(slots=True)
class Core:
    """The world, its gateway, limits and faults, and the record of what happened."""

    world: World
    gateway: Gateway
    limits: Limits = field(default_factory=Limits)
    faults: Faults = field(default_factory=Faults)
    requests: list[Seen] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)
    base_url: str = ""
    nonce_window_s: float = 300.0
    nonces: dict[tuple[int, int, str], tuple[float, Message]] = field(default_factory=dict)

    def channel(self, call: Call, *needed: Permission) -> Channel:
        """The channel of the path, where the bot sees it and has what is needed there."""
        channel = self.world.channels.get(call.id_of("channel_id"))
        if channel is None:
            raise unknown("Channel", 10003)
        held = self.held(channel)
        if not held & Permission.VIEW_CHANNEL:
            raise missing_access()
        for permission in needed:
            if not held & permission:
                raise missing_permissions()
        return channel

    def held(self, channel: Channel) -> int:
        """The bot's permissions in a channel."""
        return bot_in(channel, self.world.bot.id)

    def message(self, channel: Channel, call: Call) -> Message:
        message = self.world.find_message(channel, call.id_of("message_id"))
        if message is None:
            raise unknown("Message", 10008)
        return message

    def guild(self, call: Call) -> Guild:
        guild = self.world.guilds.get(call.id_of("guild_id"))
        if guild is None:
            raise unknown("Guild", 10004)
        if self.world.bot.id not in guild.members:
            raise missing_access()
        return guild


Reply = tuple[int, Any]
Handler = Callable[[Core, Call], Reply]
Routes = dict[str, Handler]


def attachments(core: Core, call: Call, described: Any = None) -> list[Json]:
    """Keeps uploaded files where they can be fetched, and describes them."""
    kept: list[Json] = []
    for name, content, kind in call.files:
        kept.append(store_file(core, name, content, kind))
    for entry, extra in zip(kept, described or (), strict=False):
        if extra.get("description"):
            entry["description"] = extra["description"]
    return kept


def store_file(core: Core, name: str, content: bytes, kind: str) -> Json:
    """Puts a file under `/attachments/…` and gives Discord's description of it."""
    number = core.world.snowflake()
    path = f"attachments/{number}/{name}"
    core.world.files[path] = (content, kind)
    url = f"{core.base_url}/{path}"
    size = {"size": len(content), "content_type": kind}
    return {"id": str(number), "filename": name, "url": url, "proxy_url": url, **size}
