"""Reads what a test hands over as a guild, channel, member …: the object itself, or its id.

Ids come as numbers, digits or a JSON object with an `id`, so the admin door speaks the same.
"""

from typing import Any, TypeVar

from .core import Core
from .errors import MisuseError
from .state import Channel, Guild, Member, Message, Role, User

_T = TypeVar("_T")


def identifier(ref: Any) -> int:
    """The id of an object, of its JSON, or the id itself."""
    value = ref.get("id") if isinstance(ref, dict) else getattr(ref, "id", ref)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.isdigit():
        return int(value)
    raise MisuseError(f"{ref!r} is neither an object of the stand-in nor an id")


def guild(core: Core, ref: Any) -> Guild:
    return _found(core.world.guilds.get(identifier(ref)), "guild", ref)


def channel(core: Core, ref: Any) -> Channel:
    return _found(core.world.channels.get(identifier(ref)), "channel", ref)


def user(core: Core, ref: Any) -> User:
    return _found(core.world.users.get(identifier(ref)), "user", ref)


def member(where: Guild, ref: Any) -> Member:
    return _found(where.members.get(identifier(ref)), f"member of {where.name}", ref)


def role(where: Guild, ref: Any) -> Role:
    return _found(where.roles.get(identifier(ref)), f"role of {where.name}", ref)


def message(core: Core, ref: Any) -> Message:
    """A message of any channel, or an ephemeral one."""
    if isinstance(ref, Message):
        return ref
    wanted = identifier(ref)
    hidden = core.world.hidden_messages.get(wanted)
    if hidden is not None:
        return hidden
    for place in core.world.channels.values():
        if wanted in place.messages:
            return place.messages[wanted]
    raise MisuseError(f"there is no message {ref!r}")


def _found(found: _T | None, what: str, ref: Any) -> _T:
    if found is None:
        raise MisuseError(f"there is no {what} {ref!r}")
    return found
