"""The stand-in's objects as Discord writes them in JSON. Nothing is decided here."""

from datetime import UTC, datetime

from .permissions import in_channel, in_guild
from .state import DM, FORUM, Channel, Guild, Json, Member, Message, Role, User, World, made_at


def user(who: User) -> Json:
    return {
        "id": str(who.id),
        "username": who.name,
        "avatar": None,
        "discriminator": "0",
        "public_flags": 0,
        "flags": 0,
        "bot": who.bot,
        "global_name": None if who.bot else who.name,
        "primary_guild": None,
    }


def own_user(who: User) -> Json:
    own = {"mfa_enabled": False, "locale": who.locale, "email": None, "verified": True}
    return {**user(who), **own}


def application(world: World) -> Json:
    return {
        "id": str(world.application_id),
        "name": world.bot.name,
        "icon": None,
        "description": "",
        "type": None,
        "bot": user(world.bot),
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": 0,
        "flags_new": "0",
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "owner": user(world.owner),
        "approximate_guild_count": len(world.guilds),
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "team": None,
        "eligible_oauth2_scopes": ["bot", "applications.commands"],
        **world.portal,
    }


def role(it: Role) -> Json:
    return {
        "id": str(it.id),
        "name": it.name,
        "permissions": str(it.permissions),
        "position": it.position,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": it.managed,
        "mentionable": it.mentionable,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }


def member(who: Member) -> Json:
    return {
        "user": user(who.user),
        "nick": None,
        "avatar": None,
        "banner": None,
        "communication_disabled_until": None,
        "flags": 0,
        "joined_at": when(who.joined_at),
        "pending": False,
        "premium_since": None,
        "roles": [str(role_id) for role_id in sorted(who.roles)],
        "mute": False,
        "deaf": False,
    }


def channel(it: Channel) -> Json:
    if it.is_thread:
        return thread(it)
    last = str(max(it.messages)) if it.messages else None
    common = {"id": str(it.id), "type": it.type, "flags": it.flags, "last_message_id": last}
    if it.type == DM and it.recipient is not None:
        return {**common, "recipients": [user(it.recipient)]}
    assert it.guild is not None
    described: Json = {
        **common,
        "guild_id": str(it.guild.id),
        "name": it.name,
        "topic": it.topic,
        "parent_id": None,
        "position": it.position,
        "nsfw": False,
        "rate_limit_per_user": 0,
        "permission_overwrites": [
            {"id": str(o.id), "type": o.type, "allow": str(o.allow), "deny": str(o.deny)}
            for o in it.overwrites.values()
        ],
    }
    if it.type == FORUM:
        described["available_tags"] = it.tags
        described["default_reaction_emoji"] = None
        described["default_sort_order"] = None
        described["default_forum_layout"] = 0
    return described


def thread(it: Channel) -> Json:
    assert it.guild is not None
    assert it.parent is not None
    said = [message for message in it.messages.values() if not message.deleted]
    described: Json = {
        "id": str(it.id),
        "type": it.type,
        "flags": it.flags,
        "last_message_id": str(max(it.messages)) if it.messages else None,
        "guild_id": str(it.guild.id),
        "name": it.name,
        "parent_id": str(it.parent.id),
        "owner_id": str(it.owner_id),
        "rate_limit_per_user": 0,
        "message_count": len(said),
        "member_count": len(it.members),
        "total_message_sent": len(it.messages),
        "thread_metadata": {
            "archived": it.archived,
            "archive_timestamp": when(made_at(it.id)),
            "auto_archive_duration": it.auto_archive_minutes,
            "locked": it.locked,
            "create_timestamp": when(made_at(it.id)),
        },
    }
    if it.applied_tags:
        described["applied_tags"] = [str(tag) for tag in it.applied_tags]
    return described


def thread_member(it: Channel, user_id: int) -> Json:
    joined = {"join_timestamp": when(datetime.now(UTC)), "flags": 0}
    return {"id": str(it.id), "user_id": str(user_id), **joined}


def guild(it: Guild) -> Json:
    system = None if it.system_channel_id is None else str(it.system_channel_id)
    return {
        "id": str(it.id),
        "name": it.name,
        "icon": None,
        "description": None,
        "home_header": None,
        "splash": None,
        "discovery_splash": None,
        "features": ["COMMUNITY", "NEWS"],
        "banner": None,
        "owner_id": str(it.owner_id),
        "application_id": None,
        "region": "deprecated",
        "afk_channel_id": None,
        "afk_timeout": 300,
        "system_channel_id": system,
        "system_channel_flags": 0,
        "widget_enabled": False,
        "widget_channel_id": None,
        "verification_level": 0,
        "roles": [role(r) for r in it.roles.values()],
        "default_message_notifications": 0,
        "mfa_level": 0,
        "explicit_content_filter": 0,
        "max_presences": None,
        "max_members": 500000,
        "max_stage_video_channel_users": 50,
        "max_video_channel_users": 25,
        "vanity_url_code": None,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "preferred_locale": it.locale,
        "rules_channel_id": None,
        "safety_alerts_channel_id": None,
        "public_updates_channel_id": None,
        "premium_progress_bar_enabled": False,
        "nsfw": False,
        "nsfw_level": 0,
        "emojis": [],
        "stickers": [],
        "incidents_data": None,
    }


def own_guild(me: Member) -> Json:
    """A guild in the list of those that one is in."""
    return {
        "id": str(me.guild.id),
        "name": me.guild.name,
        "icon": None,
        "banner": None,
        "owner": False,
        "permissions": str(in_guild(me)),
        "features": [],
    }


def guild_create(it: Guild, bot: User) -> Json:
    """The gateway's GUILD_CREATE: with channels, open threads and the bot's own member."""
    open_threads = [c for c in it.channels.values() if c.is_thread and not c.archived]
    return {
        **guild(it),
        "joined_at": when(it.members[bot.id].joined_at),
        "large": False,
        "unavailable": False,
        "member_count": len(it.members),
        "members": [member(it.members[bot.id])],
        "channels": [channel(c) for c in it.channels.values() if not c.is_thread],
        "threads": [thread(c) for c in open_threads],
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def message(it: Message) -> Json:
    described: Json = {
        "id": str(it.id),
        "type": 0,
        "channel_id": str(it.channel.id),
        "author": user(it.author),
        "content": it.content,
        "embeds": list(it.embeds),
        "components": list(it.components),
        "attachments": it.attachments,
        "flags": it.flags,
        "mentions": [],
        "mention_roles": [str(role_id) for role_id in it.mention_roles],
        "mention_everyone": it.pings.everyone,
        "pinned": False,
        "tts": False,
        "timestamp": when(made_at(it.id)),
        "edited_timestamp": None if it.edited_at is None else when(it.edited_at),
    }
    if it.nonce is not None:
        described["nonce"] = it.nonce
    if it.reference is not None:
        described["message_reference"] = it.reference
    if it.thread is not None:
        described["thread"] = thread(it.thread)
    if it.interaction is not None:
        described["interaction_metadata"] = it.interaction
    if it.webhook:
        described["webhook_id"] = str(it.author.id)
        described["application_id"] = str(it.author.id)
    return described


def interaction_member(who: Member, where: Channel) -> Json:
    return {**member(who), "permissions": str(in_channel(who, where))}


def partial_channel(it: Channel, permissions: int) -> Json:
    return {**channel(it), "permissions": str(permissions)}


def when(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat()
