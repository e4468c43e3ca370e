"""One message to one place, from the outbox to Discord: nonces, states and waiting.

Nothing lost, nothing twice: a delivery that was claimed and not settled is looked for first.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

RETRY_CEILING = timedelta(seconds=30)
"""Back-off never grows beyond this (DESIGN section 8)."""

STOPPED_RETRY = timedelta(hours=1)
"""A stopped destination is tried again this often."""

NONCE_LENGTH = 25
"""Discord's limit for a message nonce."""

MODERATORS = 0
"""The channel id of what is for moderators: review channel, else system channel, else a mail to
the one who set the bot up. Which of them is found out when it is said."""

IN_FLIGHT = 5
"""So many messages of one channel are on their way at once."""

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


class Subject(StrEnum):
    """What is said. `subject_id` is an alert's id, or a watcher's for HEALTH and MOVED.

    STOPPED (a destination's id) tells moderators that a channel cannot be written to; HELD (a
    delivery's id) that nobody knows whether a message arrived.
    """

    ALERT = "alert"
    REVIEW = "review"
    NOTE = "note"
    HEALTH = "health"
    MOVED = "moved"
    STOPPED = "stopped"
    HELD = "held"

    @property
    def letter(self) -> str:
        """How a nonce names it."""
        return {
            "alert": "a",
            "review": "r",
            "note": "n",
            "health": "h",
            "moved": "m",
            "stopped": "s",
            "held": "x",
        }[self.value]


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    PENDING = "pending"
    CLAIMED = "claimed"
    UNCLEAR = "unclear"  # sent, but nobody knows whether it arrived
    SETTLED = "settled"
    HELD = "held"  # unclear and cannot be looked up: moderators were told
    DROPPED = "dropped"  # overtaken before it was sent


@dataclass(frozen=True, slots=True)
class Delivery:
    """A row of the outbox. It names what to say, never a payload.

    `message_id` is the message to be edited, or, for a NOTE, the alert's message whose thread is
    written to. `generation` counts messages posted anew after a deletion.
    """

    id: int
    subject: Subject
    subject_id: int
    guild_id: int
    channel_id: int
    revision: int
    generation: int
    state: DeliveryState
    locale: str
    role_id: int | None
    message_id: int | None
    attempts: int
    next_at: datetime
    claimed_at: datetime | None

    @property
    def nonce(self) -> str:
        """Subject, incident, revision, place and generation in at most 25 characters."""
        return nonce(self.subject, self.subject_id, self.revision, self.channel_id, self.generation)

    @property
    def is_edit(self) -> bool:
        """Whether an earlier message is changed rather than a new one posted."""
        return self.message_id is not None and self.subject is not Subject.NOTE


def nonce(
    subject: Subject, subject_id: int, revision: int, channel_id: int, generation: int
) -> str:
    """The delivery's own nonce. Numbers too large to be spelled out are told by their digest."""
    parts = (subject_id, revision, channel_id, generation)
    text = subject.letter + ".".join(_base62(part) for part in parts)
    if len(text) <= NONCE_LENGTH:
        return text
    digest = hashlib.blake2b(text.encode(), digest_size=16).digest()
    return subject.letter + _base62(int.from_bytes(digest))


def retry_delay(attempts: int, chance: float) -> timedelta:
    """How long to wait after the `attempts`-th failure; `chance` in 0..1 spreads the tries."""
    seconds = min(2.0 ** min(attempts, 10) * 0.5, RETRY_CEILING.total_seconds())
    return timedelta(seconds=seconds * (0.5 + 0.5 * chance))


def _base62(number: int) -> str:
    text = ""
    while True:
        number, digit = divmod(number, 62)
        text = _DIGITS[digit] + text
        if number == 0:
            return text
