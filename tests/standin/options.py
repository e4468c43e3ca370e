"""Turns a test's option values into what Discord sends: typed, checked, with resolved data.

What a member could not enter in Discord's own form is a MisuseError of the test.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from . import payloads, references
from .core import Core, store_file
from .errors import MisuseError
from .permissions import in_channel
from .state import Channel, Guild, Json, Message

STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = range(3, 12)


@dataclass(slots=True)
class Resolved:
    """What stands behind the ids of options or selected values."""

    core: Core
    guild: Guild | None
    where: Channel
    found: Json = field(default_factory=dict)

    def data(self) -> Json:
        """The `resolved` part of an interaction; there is none where nothing stands behind ids."""
        return {"resolved": self.found} if self.found else {}

    def user(self, ref: Any) -> str:
        who = references.user(self.core, ref)
        self._add("users", who.id, payloads.user(who))
        member = self.guild.members.get(who.id) if self.guild else None
        if member is not None:
            described = payloads.interaction_member(member, self.where)
            del described["user"]
            self._add("members", who.id, described)
        return str(who.id)

    def channel(self, ref: Any, kinds: list[int] | None = None) -> str:
        channel = references.channel(self.core, ref)
        if channel.guild is not self.guild:
            raise MisuseError(f"#{channel.name} belongs to another guild")
        if kinds and channel.type not in kinds:
            raise MisuseError(f"#{channel.name} is of type {channel.type}; offered are {kinds}")
        described = payloads.channel(channel)
        keys = ("id", "name", "type", "parent_id", "thread_metadata")
        partial = {key: described[key] for key in keys if key in described}
        member = self.guild.members.get(self.core.world.bot.id) if self.guild else None
        permissions = in_channel(member, channel) if member else 0
        self._add("channels", channel.id, {**partial, "permissions": str(permissions)})
        return str(channel.id)

    def role(self, ref: Any) -> str:
        if self.guild is None:
            raise MisuseError("there are no roles outside a guild")
        role = references.role(self.guild, ref)
        self._add("roles", role.id, payloads.role(role))
        return str(role.id)

    def mentionable(self, ref: Any) -> str:
        if self.guild and references.identifier(ref) in self.guild.roles:
            return self.role(ref)
        return self.user(ref)

    def message(self, message: Message) -> str:
        self._add("messages", message.id, payloads.message(message))
        return str(message.id)

    def attachment(self, value: Any) -> str:
        """A file as `(name, content)` or `(name, content, type)`; text is sent as UTF-8."""
        name, content, *kind = value
        data = content.encode() if isinstance(content, str) else content
        described = store_file(self.core, name, data, kind[0] if kind else "text/plain")
        self._add("attachments", int(described["id"]), described)
        return str(described["id"])

    def _add(self, kind: str, number: int, described: Json) -> None:
        self.found.setdefault(kind, {})[str(number)] = described


def fill(
    options: list[Json],
    values: Mapping[str, Any],
    resolved: Resolved,
    *,
    focused: str | None = None,
) -> list[Json]:
    """Gives the option list of an interaction for the values of one (sub)command.

    With `focused` (autocompletion) the values may be incomplete and free.
    """
    known = {option["name"]: option for option in options}
    for name in values:
        if name not in known:
            raise MisuseError(f"no option {name!r}; there are {sorted(known)}")
    missing = [o["name"] for o in options if o.get("required") and values.get(o["name"]) is None]
    if missing and focused is None:
        raise MisuseError(f"required options are missing: {missing}")
    filled: list[Json] = []
    for name, value in values.items():
        if value is None:
            continue
        option, entry = known[name], {"name": name, "type": known[name]["type"]}
        if name == focused:
            filled.append({**entry, "value": str(value), "focused": True})
        else:
            filled.append({**entry, "value": _value(option, value, resolved)})
    return filled


def _value(option: Json, value: Any, resolved: Resolved) -> Any:
    match option["type"]:
        case 3:
            return _checked(option, _typed(option, value, str))
        case 4:
            return _checked(option, _typed(option, value, int))
        case 5:
            return _typed(option, value, bool)
        case 6:
            return resolved.user(value)
        case 7:
            return resolved.channel(value, option.get("channel_types"))
        case 8:
            return resolved.role(value)
        case 9:
            return resolved.mentionable(value)
        case 10:
            return _checked(option, _typed(option, value, float))
        case 11:
            return resolved.attachment(value)
        case kind:
            raise MisuseError(f"option {option['name']!r} is of unknown type {kind}")


def _typed(option: Json, value: Any, kind: type) -> Any:
    if kind is float and isinstance(value, int):
        return value
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise MisuseError(f"option {option['name']!r} takes {kind.__name__}, not {value!r}")
    return value


def _checked(option: Json, value: Any) -> Any:
    name, choices = option["name"], option.get("choices")
    if choices and value not in [choice["value"] for choice in choices]:
        offered = [choice["value"] for choice in choices]
        raise MisuseError(f"option {name!r} offers {offered}, not {value!r}")
    size, kind = (len(value), "length") if isinstance(value, str) else (value, "value")
    least, most = option.get(f"min_{kind}"), option.get(f"max_{kind}")
    if isinstance(value, str) and most is None:
        most = 6000
    if (least is not None and size < least) or (most is not None and size > most):
        raise MisuseError(f"option {name!r}: {kind} {size} is not within {least} to {most}")
    return value
