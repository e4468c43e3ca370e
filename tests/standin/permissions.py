"""Discord's permission bits and how they add up for a member in a channel.

Source: https://discord.com/developers/docs/topics/permissions
"""

from collections.abc import Iterable
from enum import IntFlag

from .state import Channel, Guild, Member


class Permission(IntFlag):
    """The bits that matter to a bot which posts; others may be given as numbers."""

    KICK_MEMBERS = 1 << 1
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    MANAGE_ROLES = 1 << 28
    MANAGE_WEBHOOKS = 1 << 29
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_EVENTS = 1 << 33
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    SEND_MESSAGES_IN_THREADS = 1 << 38
    CREATE_EVENTS = 1 << 44
    PIN_MESSAGES = 1 << 51


EVERYTHING = (1 << 53) - 1
EVERYONE_BY_DEFAULT = (
    Permission.ADD_REACTIONS
    | Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.USE_APPLICATION_COMMANDS
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.SEND_MESSAGES_IN_THREADS
)


def bits(permissions: int | str | Iterable[str]) -> int:
    """Reads `"view_channel"`, several such names, or a number."""
    if isinstance(permissions, int):
        return int(permissions)
    names = [permissions] if isinstance(permissions, str) else permissions
    return sum(Permission[name.upper()] for name in set(names))


def in_guild(member: Member) -> int:
    """A member's permissions before channel overwrites."""
    guild = member.guild
    if guild.owner_id == member.id:
        return EVERYTHING
    total = guild.roles[guild.id].permissions
    for role_id in member.roles:
        total |= guild.roles[role_id].permissions
    return EVERYTHING if total & Permission.ADMINISTRATOR else total


def in_channel(member: Member, channel: Channel) -> int:
    """A member's permissions in a channel; a thread takes them from its parent."""
    base = in_guild(member)
    if base == EVERYTHING:
        return base
    overwrites = (channel.parent or channel).overwrites
    everyone = overwrites.get(member.guild.id)
    if everyone:
        base = base & ~everyone.deny | everyone.allow
    roles = [overwrites[role_id] for role_id in member.roles if role_id in overwrites]
    for overwrite in roles:
        base &= ~overwrite.deny
    for overwrite in roles:
        base |= overwrite.allow
    own = overwrites.get(member.id)
    if own:
        base = base & ~own.deny | own.allow
    return base if base & Permission.VIEW_CHANNEL else 0


def bot_in(channel: Channel, bot_id: int) -> int:
    """The bot's permissions in a channel: all of them in its direct messages, none after a kick."""
    if channel.guild is None:
        return EVERYTHING
    member = channel.guild.members.get(bot_id)
    return in_channel(member, channel) if member else 0


def highest_role(guild: Guild, member: Member) -> int:
    return max((guild.roles[role_id].position for role_id in member.roles), default=0)
