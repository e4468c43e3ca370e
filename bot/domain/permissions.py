"""Which of Discord's permissions are needed where, by Discord's own names. Pure."""

from collections.abc import Collection

NEEDED = ("view_channel", "send_messages", "read_message_history")
"""Without these nothing arrives, or nobody can find out whether it did."""

THREADS = ("create_public_threads", "send_messages_in_threads")
"""Without these changes are told as replies in the channel."""

MENTION = "mention_everyone"
"""Needed to ring a role that not everyone may mention."""

ALERTS = (*NEEDED, *THREADS)
"""Where alerts are posted."""

REVIEW = NEEDED
"""Where moderators decide."""


def missing(granted: Collection[str], wanted: Collection[str]) -> tuple[str, ...]:
    """What is wanted and not granted, in the order of `wanted`."""
    return tuple(name for name in wanted if name not in granted)
