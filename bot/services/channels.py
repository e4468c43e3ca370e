"""A channel that refused messages, or of which nobody knows whether one arrived: tried again when
a moderator asks. What is unclear is looked for first and never posted blindly."""

from bot.clock import Clock
from bot.errors import Refused
from bot.storage.database import Storage


class Channels:
    """Where messages go."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    async def try_again(self, guild_id: int, channel_id: int) -> None:
        """Say now what waits for a channel. Raises `Refused` where nothing waits any more."""
        now = self._clock.now()
        async with self._storage.unit_of_work() as work:
            held = await work.outbox.release(guild_id, channel_id, now)
            stopped = await work.outbox.try_again(guild_id, now)
            waiting = await work.outbox.waiting_for(channel_id)
        if not held and not stopped and not waiting:
            raise Refused("stopped.nothing")
