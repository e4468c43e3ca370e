"""The test's hand on the world: guilds, channels, roles, members, and changes to them.

A connected bot is told of each change as Discord would tell it.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from . import payloads, places, references
from .content import compose
from .core import Core
from .gateway import GUILD_MEMBERS, GUILDS
from .permissions import EVERYONE_BY_DEFAULT, bits
from .state import (
    ANNOUNCEMENT,
    FORUM,
    TEXT,
    Channel,
    Guild,
    Member,
    Message,
    Overwrite,
    Role,
    User,
)

Permissions = int | str | Iterable[str]
Overwrites = Mapping[Any, tuple[Permissions, Permissions]]
KINDS = {"text": TEXT, "announcement": ANNOUNCEMENT, "forum": FORUM}


class Builder:
    """Makes and changes what exists. Arguments take objects or ids."""

    def __init__(self, core: Core) -> None:
        self.core = core

    @property
    def bot(self) -> User:
        """The bot's own user."""
        return self.core.world.bot

    def guild(
        self,
        name: str = "Makers",
        *,
        locale: str = "en-US",
        everyone: Permissions = EVERYONE_BY_DEFAULT,
        bot_permissions: Permissions = EVERYONE_BY_DEFAULT,
        invited: bool = True,
    ) -> Guild:
        """A guild with an owner and, unless `invited` is false, the bot and its own role."""
        world = self.core.world
        owner = self._new_user(f"{name}'s owner", locale)
        guild = Guild(world.snowflake(), name, owner.id, locale)
        guild.roles[guild.id] = Role(guild.id, "@everyone", bits(everyone), position=0)
        guild.members[owner.id] = Member(owner, guild)
        world.guilds[guild.id] = guild
        if invited:
            self.invite(guild, bot_permissions)
        return guild

    def invite(self, guild: Any, permissions: Permissions = EVERYONE_BY_DEFAULT) -> None:
        """Adds the bot to a guild, as a moderator's invitation does."""
        guild, bot = references.guild(self.core, guild), self.bot
        role = Role(self.core.world.snowflake(), bot.name, bits(permissions), managed=True)
        guild.roles[role.id] = role
        guild.members[bot.id] = Member(bot, guild, {role.id})
        data = payloads.guild_create(guild, bot)
        del data["unavailable"]
        self.core.gateway.dispatch("GUILD_CREATE", data, guild=guild, intent=GUILDS)

    def kick_bot(self, guild: Any) -> None:
        """Removes the bot from a guild."""
        guild = references.guild(self.core, guild)
        guild.members.pop(self.bot.id, None)
        data = {"id": str(guild.id)}
        self.core.gateway.dispatch("GUILD_DELETE", data, guild=guild, intent=GUILDS)

    def allow_bot(self, guild: Any, permissions: Permissions) -> None:
        """Replaces the permissions of the bot's own role."""
        guild = references.guild(self.core, guild)
        for role_id in guild.members[self.bot.id].roles:
            role = guild.roles[role_id]
            if role.managed:
                role.permissions = bits(permissions)
                self._tell_role("GUILD_ROLE_UPDATE", guild, role)

    def role(
        self,
        guild: Any,
        name: str = "makers",
        *,
        permissions: Permissions = 0,
        mentionable: bool = False,
    ) -> Role:
        guild = references.guild(self.core, guild)
        position = len(guild.roles)
        number = self.core.world.snowflake()
        role = Role(number, name, bits(permissions), position, mentionable)
        guild.roles[role.id] = role
        self._tell_role("GUILD_ROLE_CREATE", guild, role)
        return role

    def member(
        self,
        guild: Any,
        name: str = "chloe",
        *,
        permissions: Permissions = 0,
        roles: Iterable[Any] = (),
        locale: str = "en-US",
        user: Any = None,
    ) -> Member:
        """A member; `permissions` come by a role of their own; `user` joins a second guild."""
        guild = references.guild(self.core, guild)
        who = self._new_user(name, locale) if user is None else references.user(self.core, user)
        member = Member(who, guild, {references.role(guild, role).id for role in roles})
        if bits(permissions):
            member.roles.add(self.role(guild, f"{name}'s rights", permissions=permissions).id)
        guild.members[who.id] = member
        data = {**payloads.member(member), "guild_id": str(guild.id)}
        self.core.gateway.dispatch("GUILD_MEMBER_ADD", data, guild=guild, intent=GUILD_MEMBERS)
        return member

    def grant(self, guild: Any, member: Any, *roles: Any) -> None:
        """Gives a member (the bot too) further roles."""
        home = references.guild(self.core, guild)
        who = references.member(home, member)
        who.roles |= {references.role(home, role).id for role in roles}
        self._tell_member(who)

    def revoke(self, guild: Any, member: Any, *roles: Any) -> None:
        """Takes roles from a member (the bot too)."""
        home = references.guild(self.core, guild)
        who = references.member(home, member)
        who.roles -= {references.role(home, role).id for role in roles}
        self._tell_member(who)

    def close_dms(self, user: Any, *, closed: bool = True) -> None:
        """Lets direct messages of the bot to a user fail with 50007."""
        references.user(self.core, user).dm_closed = closed

    def channel(
        self,
        guild: Any,
        name: str = "general",
        *,
        kind: str = "text",
        overwrites: Overwrites | None = None,
        tags: Iterable[str] = (),
        require_tag: bool = False,
        system: bool = False,
    ) -> Channel:
        """A `text`, `announcement` or `forum` channel; `overwrites` maps to (allow, deny)."""
        guild, world = references.guild(self.core, guild), self.core.world
        channel = Channel(world.snowflake(), KINDS[kind], name, guild)
        channel.position = len(guild.channels)
        channel.flags = 1 << 4 if require_tag else 0
        channel.tags = [
            {
                "id": str(world.snowflake()),
                "name": tag,
                "moderated": False,
                "emoji_id": None,
                "emoji_name": None,
            }
            for tag in tags
        ]
        for who, (allow, deny) in dict(overwrites or {}).items():
            self._set_overwrite(channel, who, allow, deny)
        guild.channels[channel.id] = channel
        world.channels[channel.id] = channel
        if system:
            guild.system_channel_id = channel.id
        self.core.gateway.channel("CHANNEL_CREATE", channel)
        return channel

    def overwrite(
        self, channel: Any, who: Any, *, allow: Permissions = 0, deny: Permissions = 0
    ) -> None:
        """Replaces the overwrite of a role, member, guild (everyone) or the bot in a channel."""
        channel = references.channel(self.core, channel)
        self._set_overwrite(channel, who, allow, deny)
        self.core.gateway.channel("CHANNEL_UPDATE", channel)

    def delete_channel(self, channel: Any) -> None:
        places.remove_channel(self.core, references.channel(self.core, channel))

    def delete_message(self, message: Any) -> None:
        """Deletes a message as a moderator would."""
        found = references.message(self.core, message)
        found.deleted = True
        self.core.gateway.deleted(found)

    def say(self, member: Any, channel: Any, text: str) -> Message:
        """Posts a member's own message."""
        channel = references.channel(self.core, channel)
        author = references.user(self.core, member)
        revision = compose({"content": text})
        message = Message(self.core.world.snowflake(), channel, author, [revision])
        channel.messages[message.id] = message
        self.core.gateway.message("MESSAGE_CREATE", message)
        return message

    def dm(self, user: Any) -> Channel:
        """The bot's direct-message channel with a user."""
        return self.core.world.dm_with(references.user(self.core, user))

    def _new_user(self, name: str, locale: str) -> User:
        user = User(self.core.world.snowflake(), name, locale=locale)
        self.core.world.users[user.id] = user
        return user

    def _set_overwrite(
        self, channel: Channel, who: Any, allow: Permissions, deny: Permissions
    ) -> None:
        assert channel.guild is not None
        number = references.identifier(who)
        kind = 0 if number in channel.guild.roles else 1
        channel.overwrites[number] = Overwrite(number, kind, bits(allow), bits(deny))

    def _tell_member(self, member: Member) -> None:
        # Without the members intent a bot still hears of itself.
        intent = 0 if member.user is self.bot else GUILD_MEMBERS
        data = {**payloads.member(member), "guild_id": str(member.guild.id)}
        guild = member.guild
        self.core.gateway.dispatch("GUILD_MEMBER_UPDATE", data, guild=guild, intent=intent)

    def _tell_role(self, event: str, guild: Guild, role: Role) -> None:
        data = {"guild_id": str(guild.id), "role": payloads.role(role)}
        self.core.gateway.dispatch(event, data, guild=guild, intent=GUILDS)
