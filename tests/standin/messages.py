"""Routes of messages: create, read, edit, delete, publish."""

import time
from datetime import UTC, datetime

from . import content, payloads
from .core import Call, Core, Reply, Routes, attachments
from .errors import Refusal, invalid_form, missing_access, missing_permissions
from .permissions import Permission
from .state import ANNOUNCEMENT, CROSSPOSTED, FORUM, Channel, Json, Message, Revision


def routes() -> Routes:
    one = "/channels/{channel_id}/messages/{message_id}"
    return {
        "POST /channels/{channel_id}/messages": create,
        "GET /channels/{channel_id}/messages": history,
        f"GET {one}": read,
        f"PATCH {one}": edit,
        f"DELETE {one}": delete,
        f"POST {one}/crosspost": crosspost,
        "POST /channels/{channel_id}/typing": typing,
    }


def create(core: Core, call: Call) -> Reply:
    channel = core.channel(call)
    _check_may_send(core, channel)
    earlier = _earlier(core, channel, call.body)
    if earlier is not None:
        return 200, payloads.message(earlier)
    message = post(core, channel, call)
    nonce = call.body.get("nonce")
    if nonce is not None:
        message.nonce = nonce
        key = (core.world.bot.id, channel.id, str(nonce))
        core.nonces[key] = (time.monotonic(), message)
    return 200, payloads.message(message)


def post(core: Core, channel: Channel, call: Call, *, message_id: int | None = None) -> Message:
    """Checks and stores a new message of the bot and tells the gateway."""
    body, held = call.body, core.held(channel)
    if body.get("embeds") and not held & Permission.EMBED_LINKS:
        raise missing_permissions()
    if call.files and not held & Permission.ATTACH_FILES:
        raise missing_permissions()
    revision = content.compose(body, files=bool(call.files))
    pings = content.pings(content.mentionable_text(revision), body, channel, held)
    message = Message(
        id=message_id or core.world.snowflake(),
        channel=channel,
        author=core.world.bot,
        revisions=[revision],
        pings=pings,
        mention_roles=pings.roles,
        attachments=attachments(core, call, body.get("attachments")),
        reference=_reference(core, channel, body),
    )
    channel.archived = False
    channel.messages[message.id] = message
    core.gateway.message("MESSAGE_CREATE", message)
    return message


def revise(core: Core, message: Message, call: Call) -> None:
    """Checks and stores an edit and tells the gateway; edits never ping."""
    revision = content.compose(call.body, message.now, files=bool(call.files))
    held = core.held(message.channel)
    pings = content.pings(content.mentionable_text(revision), call.body, message.channel, held)
    message.revisions.append(revision)
    message.mention_roles = pings.roles
    message.edited_at = datetime.now(UTC)
    if call.files:
        message.attachments += attachments(core, call)
    if not message.ephemeral:
        core.gateway.message("MESSAGE_UPDATE", message)


def history(core: Core, call: Call) -> Reply:
    channel = core.channel(call)
    if not core.held(channel) & Permission.READ_MESSAGE_HISTORY:
        return 200, []
    limit = int(call.query.get("limit", 50))
    if not 1 <= limit <= 100:
        raise invalid_form("limit", "NUMBER_TYPE_MAX", "int value should be from 1 to 100.")
    found = [m for m in channel.messages.values() if not m.deleted]
    found.sort(key=lambda m: m.id, reverse=True)
    return 200, [payloads.message(m) for m in _page(found, call, limit)]


def read(core: Core, call: Call) -> Reply:
    channel = core.channel(call)
    if not core.held(channel) & Permission.READ_MESSAGE_HISTORY:
        raise missing_access()
    return 200, payloads.message(core.message(channel, call))


def edit(core: Core, call: Call) -> Reply:
    channel = core.channel(call)
    message = core.message(channel, call)
    if message.author is not core.world.bot:
        raise Refusal(403, 50005, "Cannot edit a message authored by another user")
    revise(core, message, call)
    return 200, payloads.message(message)


def delete(core: Core, call: Call) -> Reply:
    channel = core.channel(call)
    message = core.message(channel, call)
    own = message.author is core.world.bot
    if not own and not core.held(channel) & Permission.MANAGE_MESSAGES:
        raise missing_permissions()
    message.deleted = True
    core.gateway.deleted(message)
    return 204, None


def crosspost(core: Core, call: Call) -> Reply:
    channel = core.channel(call, Permission.SEND_MESSAGES)
    message = core.message(channel, call)
    if channel.type != ANNOUNCEMENT:
        raise Refusal(403, 50024, "Cannot execute action on this channel type")
    own = message.author is core.world.bot
    if not own and not core.held(channel) & Permission.MANAGE_MESSAGES:
        raise missing_permissions()
    if message.crossposted:
        raise Refusal(400, 40033, "This message has already been crossposted")
    now = message.now
    published = now.flags | CROSSPOSTED
    message.revisions[-1] = Revision(now.at, now.content, now.embeds, now.components, published)
    message.crossposts += 1
    core.gateway.message("MESSAGE_UPDATE", message)
    return 200, payloads.message(message)


def typing(core: Core, call: Call) -> Reply:
    _check_may_send(core, core.channel(call))
    return 204, None


def _check_may_send(core: Core, channel: Channel) -> None:
    if channel.type == FORUM:
        raise Refusal(400, 50008, "Cannot send messages in a non-text channel")
    if channel.recipient is not None and channel.recipient.dm_closed:
        raise Refusal(403, 50007, "Cannot send messages to this user")
    held = core.held(channel)
    if channel.is_thread:
        needed = Permission.SEND_MESSAGES_IN_THREADS
    else:
        needed = Permission.SEND_MESSAGES
    if not held & needed:
        raise missing_permissions()
    if channel.locked and not held & Permission.MANAGE_THREADS:
        raise Refusal(403, 50083, "Thread is archived")


def _earlier(core: Core, channel: Channel, body: Json) -> Message | None:
    """What this nonce posted before, where the bot asked for it to be unique."""
    nonce = body.get("nonce")
    if nonce is None or not body.get("enforce_nonce"):
        return None
    found = core.nonces.get((core.world.bot.id, channel.id, str(nonce)))
    if found is None or found[0] < time.monotonic() - core.nonce_window_s:
        return None
    return found[1]


def _reference(core: Core, channel: Channel, body: Json) -> Json | None:
    asked = body.get("message_reference")
    if not asked:
        return None
    if core.world.find_message(channel, int(asked["message_id"])) is None:
        if asked.get("fail_if_not_exists") is False:
            return None
        raise invalid_form("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
    return {"type": 0, "channel_id": str(channel.id), "message_id": str(asked["message_id"])}


def _page(newest_first: list[Message], call: Call, limit: int) -> list[Message]:
    edge = {key: int(call.query[key]) for key in ("before", "after", "around") if key in call.query}
    if "before" in edge:
        return [m for m in newest_first if m.id < edge["before"]][:limit]
    if "after" in edge:
        return [m for m in newest_first if m.id > edge["after"]][-limit:]
    if "around" in edge:
        older = [m for m in newest_first if m.id <= edge["around"]][: limit // 2 + 1]
        newer = [m for m in newest_first if m.id > edge["around"]][-(limit // 2) :]
        return (newer + older)[:limit]
    return newest_first[:limit]
