"""Routes of what messages stand in and who is there: channels, threads, guilds, users, gateway."""

from dataclasses import replace
from typing import Any

from . import messages, payloads
from .core import Call, Core, Reply, Routes
from .errors import Refusal, invalid_form, missing_permissions, unknown
from .permissions import Permission
from .state import (
    ANNOUNCEMENT,
    ANNOUNCEMENT_THREAD,
    FORUM,
    PRIVATE_THREAD,
    PUBLIC_THREAD,
    Channel,
    Json,
)

_REQUIRE_TAG = 1 << 4


def routes() -> Routes:
    return {
        "GET /gateway": gateway,
        "GET /gateway/bot": gateway_bot,
        "GET /users/@me": own_user,
        "GET /users/@me/guilds": own_guilds,
        "POST /users/@me/channels": open_dm,
        "GET /users/{user_id}": read_user,
        "GET /channels/{channel_id}": read_channel,
        "PATCH /channels/{channel_id}": edit_channel,
        "DELETE /channels/{channel_id}": delete_channel,
        "POST /channels/{channel_id}/threads": create_thread,
        "POST /channels/{channel_id}/messages/{message_id}/threads": create_thread_from_message,
        "PUT /channels/{channel_id}/thread-members/@me": join_thread,
        "GET /guilds/{guild_id}": read_guild,
        "GET /guilds/{guild_id}/channels": guild_channels,
        "GET /guilds/{guild_id}/roles": guild_roles,
        "GET /guilds/{guild_id}/members": guild_members,
        "GET /guilds/{guild_id}/members/{user_id}": guild_member,
        "GET /guilds/{guild_id}/threads/active": active_threads,
    }


def gateway(core: Core, call: Call) -> Reply:
    return 200, {"url": core.gateway.url}


def gateway_bot(core: Core, call: Call) -> Reply:
    left = max(1000 - core.gateway.identifies, 0)
    limit = {"max_concurrency": 1, "remaining": left, "reset_after": 0, "total": 1000}
    return 200, {"url": core.gateway.url, "shards": 1, "session_start_limit": limit}


def own_user(core: Core, call: Call) -> Reply:
    return 200, payloads.own_user(core.world.bot)


def own_guilds(core: Core, call: Call) -> Reply:
    limit, after = int(call.query.get("limit", 200)), int(call.query.get("after", 0))
    found = sorted(core.world.guilds.items())
    mine = [g for number, g in found if number > after and core.world.bot.id in g.members]
    return 200, [payloads.own_guild(g.members[core.world.bot.id]) for g in mine[:limit]]


def open_dm(core: Core, call: Call) -> Reply:
    recipient = core.world.users.get(int(call.body.get("recipient_id") or 0))
    if recipient is None or recipient.bot:
        raise invalid_form("recipient_id", "RECIPIENT_ID_INVALID", "no such user")
    return 200, payloads.channel(core.world.dm_with(recipient))


def read_user(core: Core, call: Call) -> Reply:
    found = core.world.users.get(call.id_of("user_id"))
    if found is None:
        raise unknown("User", 10013)
    return 200, payloads.user(found)


def read_channel(core: Core, call: Call) -> Reply:
    return 200, payloads.channel(core.channel(call))


def edit_channel(core: Core, call: Call) -> Reply:
    channel, body = core.channel(call), call.body
    if channel.is_thread:
        _check_may_manage_thread(core, channel)
        channel.archived = _given(body, "archived", channel.archived)
        channel.locked = _given(body, "locked", channel.locked)
        minutes = channel.auto_archive_minutes
        channel.auto_archive_minutes = _given(body, "auto_archive_duration", minutes)
        tags = _given(body, "applied_tags", channel.applied_tags)
        channel.applied_tags = [int(tag) for tag in tags]
    elif not core.held(channel) & Permission.MANAGE_CHANNELS:
        raise missing_permissions()
    channel.name = _given(body, "name", channel.name)
    channel.topic = body.get("topic", channel.topic)
    core.gateway.channel("THREAD_UPDATE" if channel.is_thread else "CHANNEL_UPDATE", channel)
    return 200, payloads.channel(channel)


def delete_channel(core: Core, call: Call) -> Reply:
    channel = core.channel(call)
    needed = Permission.MANAGE_THREADS if channel.is_thread else Permission.MANAGE_CHANNELS
    if not core.held(channel) & needed:
        raise missing_permissions()
    remove_channel(core, channel)
    return 200, payloads.channel(channel)


def remove_channel(core: Core, channel: Channel) -> None:
    """Takes a channel and its threads out of the world and tells the gateway."""
    gone = [c for c in core.world.channels.values() if c is channel or c.parent is channel]
    for each in gone:
        del core.world.channels[each.id]
        if each.guild:
            each.guild.channels.pop(each.id, None)
    core.gateway.channel("THREAD_DELETE" if channel.is_thread else "CHANNEL_DELETE", channel)


def create_thread(core: Core, call: Call) -> Reply:
    parent = core.channel(call)
    if parent.is_thread or parent.guild is None:
        raise Refusal(403, 50024, "Cannot execute action on this channel type")
    if parent.type == FORUM:
        return _create_post(core, parent, call)
    kind = call.body.get("type") or PRIVATE_THREAD
    private = kind == PRIVATE_THREAD
    needed = Permission.CREATE_PRIVATE_THREADS if private else Permission.CREATE_PUBLIC_THREADS
    if not core.held(parent) & needed:
        raise missing_permissions()
    return 201, _opened(core, _new_thread(core, parent, call.body, kind))


def create_thread_from_message(core: Core, call: Call) -> Reply:
    parent = core.channel(call, Permission.CREATE_PUBLIC_THREADS)
    message = core.message(parent, call)
    if parent.is_thread or parent.guild is None:
        raise Refusal(403, 50024, "Cannot execute action on this channel type")
    if message.thread is not None:
        raise Refusal(400, 160004, "A thread has already been created for this message")
    kind = ANNOUNCEMENT_THREAD if parent.type == ANNOUNCEMENT else PUBLIC_THREAD
    message.thread = _new_thread(core, parent, call.body, kind, thread_id=message.id)
    return 201, _opened(core, message.thread)


def join_thread(core: Core, call: Call) -> Reply:
    core.channel(call).members.add(core.world.bot.id)
    return 204, None


def read_guild(core: Core, call: Call) -> Reply:
    guild = core.guild(call)
    described = payloads.guild(guild)
    if call.query.get("with_counts") in ("1", "true"):
        described["approximate_member_count"] = len(guild.members)
        described["approximate_presence_count"] = len(guild.members)
    return 200, described


def guild_channels(core: Core, call: Call) -> Reply:
    channels = core.guild(call).channels.values()
    return 200, [payloads.channel(c) for c in channels if not c.is_thread]


def guild_roles(core: Core, call: Call) -> Reply:
    return 200, [payloads.role(role) for role in core.guild(call).roles.values()]


def guild_members(core: Core, call: Call) -> Reply:
    limit, after = int(call.query.get("limit", 1)), int(call.query.get("after", 0))
    found = sorted(core.guild(call).members.items())
    return 200, [payloads.member(who) for number, who in found if number > after][:limit]


def guild_member(core: Core, call: Call) -> Reply:
    member = core.guild(call).members.get(call.id_of("user_id"))
    if member is None:
        raise unknown("Member", 10007)
    return 200, payloads.member(member)


def active_threads(core: Core, call: Call) -> Reply:
    threads = [t for t in core.world.threads(core.guild(call)) if not t.archived]
    joined = [t for t in threads if core.world.bot.id in t.members]
    members = [payloads.thread_member(t, core.world.bot.id) for t in joined]
    described = [payloads.thread(t) for t in threads]
    return 200, {"threads": described, "members": members, "has_more": False}


def _create_post(core: Core, forum: Channel, call: Call) -> Reply:
    if not core.held(forum) & Permission.SEND_MESSAGES:
        raise missing_permissions()
    tags = [int(tag) for tag in call.body.get("applied_tags") or ()]
    if forum.flags & _REQUIRE_TAG and not tags:
        raise Refusal(400, 40067, "A tag is required to create a forum post in this channel")
    if not {str(tag) for tag in tags} <= {tag["id"] for tag in forum.tags}:
        raise Refusal(400, 10087, "Unknown tag")
    # A post that Discord refuses leaves no thread behind, so its message is checked first.
    thread = _new_thread(core, forum, call.body, PUBLIC_THREAD, stored=False)
    thread.applied_tags = tags
    opening = replace(call, body=call.body["message"])
    message = messages.post(core, thread, opening, message_id=thread.id)
    _store(core, thread)
    return 201, {**_opened(core, thread), "message": payloads.message(message)}


def _new_thread(
    core: Core,
    parent: Channel,
    body: Json,
    kind: int,
    *,
    thread_id: int | None = None,
    stored: bool = True,
) -> Channel:
    thread = Channel(
        id=thread_id or core.world.snowflake(),
        type=kind,
        name=body["name"],
        guild=parent.guild,
        parent=parent,
        owner_id=core.world.bot.id,
        auto_archive_minutes=body.get("auto_archive_duration") or 1440,
        members={core.world.bot.id},
    )
    if stored:
        _store(core, thread)
    return thread


def _store(core: Core, thread: Channel) -> None:
    assert thread.guild is not None
    core.world.channels[thread.id] = thread
    thread.guild.channels[thread.id] = thread


def _opened(core: Core, thread: Channel) -> Json:
    core.gateway.channel("THREAD_CREATE", thread)
    joined = payloads.thread_member(thread, core.world.bot.id)
    return {**payloads.thread(thread), "member": joined}


def _check_may_manage_thread(core: Core, thread: Channel) -> None:
    if thread.owner_id != core.world.bot.id and not core.held(thread) & Permission.MANAGE_THREADS:
        raise missing_permissions()


def _given(body: Json, key: str, otherwise: Any) -> Any:
    value = body.get(key)
    return otherwise if value is None else value
