"""One interaction: what a member did, and everything the bot answered to it so far."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from .errors import NoAnswerError
from .state import LOADING, Channel, Json, Member, Message, User


@dataclass(slots=True, eq=False)
class Interaction:
    """One thing a member did and everything the bot answered to it. It keeps changing.

    `kind` is Discord's interaction type; `answer` is the type of the first answer (4 message,
    5 deferred, 6 deferred update, 7 update, 8 choices, 9 modal), None before it.
    """

    id: int
    token: str
    kind: int
    user: User
    channel: Channel
    data: Json
    at: float
    member: Member | None = None
    source: Message | None = None
    answer: int | None = None
    answered_after: float | None = None
    original: Message | None = None
    followups: list[Message] = field(default_factory=list)
    modal: Json | None = None
    choices: list[Json] | None = None
    edits: int = 0
    refusals: list[str] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def message(self) -> Message | None:
        """The message that shows the answer: the reply, or the clicked message if it was edited."""
        return self.original

    @property
    def text(self) -> str:
        """What the member reads: the reply as it stands now, then the follow-ups."""
        shown = [self.original, *self.followups] if self.original else self.followups
        return "\n".join(m.text for m in shown if m and not m.deleted)

    @property
    def ephemeral(self) -> bool:
        """Whether only the member sees the reply."""
        return bool(self.original and self.original.ephemeral)

    @property
    def thinking(self) -> bool:
        """Whether the reply still is "… is thinking"."""
        return bool(self.original and self.original.flags & LOADING)

    @property
    def settled(self) -> bool:
        """Whether the member sees an answer: not merely a deferral of a new message."""
        return self.answer is not None and not self.thinking

    async def until(
        self, done: "Callable[[Interaction], object]", within: float = 30.0
    ) -> "Interaction":
        """Waits until `done(self)` is true; NoAnswerError tells what there was instead."""
        deadline = time.monotonic() + within
        while True:
            self.changed.clear()
            if done(self):
                return self
            left = deadline - time.monotonic()
            try:
                async with asyncio.timeout(max(left, 0)):
                    await self.changed.wait()
            except TimeoutError:
                raise NoAnswerError(f"after {within:g} s: {self.describe()}") from None

    def describe(self) -> str:
        """One line about what has been answered so far."""
        state = f"first answer {self.answer}, {self.edits} edits, {len(self.followups)} follow-ups"
        refused = f"; refused: {self.refusals}" if self.refusals else ""
        return f"interaction {self.kind} by {self.user.name}: {state}, text {self.text!r}{refused}"

    def touch(self) -> None:
        self.changed.set()
