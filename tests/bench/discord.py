"""Discord's stand-in in a process of its own, already full of guilds, under Discord's limits.

`python -m tests.bench.discord GUILDS` prints its addresses, and of each guild the channel for
alerts and a moderator; then it is asked as `tests.bench.spawning` has it.
"""

import asyncio
import json
import sys
import time
from typing import Any

from tests.bench.spawning import answer
from tests.standin import Channel, Guild, Member, Standin

CHANNELS = 20
ROLES = 15
"""As many as a guild of some size has."""


class Discord:
    """What the bench asks of it."""

    def __init__(self, standin: Standin, homes: list[tuple[Guild, Channel, Member]]) -> None:
        self._standin = standin
        self._homes = homes
        self._since = 0

    def knows_commands(self) -> bool:
        """Whether the bot has registered its commands and is connected."""
        return bool(self._standin.commands) and bool(self._standin.core.gateway.live)

    def begin(self) -> None:
        """From now on requests count."""
        self._since = len(self._standin.requests)

    def sent(self) -> dict[str, Any]:
        """What came since then: when each message was accepted, and what was refused."""
        seen = self._standin.requests[self._since :]
        sends = [s for s in seen if s.method == "POST" and s.route.endswith("/messages")]
        return {
            "at": [s.at for s in sends if s.status == 200],
            "channels": len({s.path for s in sends if s.status == 200}),
            "refused": sum(s.status == 429 for s in seen),
            "violations": [str(each) for each in self._standin.violations],
        }

    async def ask_something(self, place: int) -> float:
        """A moderator says `/alerts` in a guild. Seconds until the first answer, be it too late."""
        guild, channel, member = self._homes[place]
        asked = time.monotonic()
        shown = await self._standin.slash(guild, channel, member, "alerts", wait=False)
        await shown.until(lambda it: it.answer is not None or it.refusals, within=60)
        return time.monotonic() - asked


def _home(standin: Standin, number: int) -> tuple[Guild, Channel, Member]:
    guild = standin.guild(f"Makers {number}")
    channels = [standin.channel(guild, f"room-{place}") for place in range(CHANNELS)]
    for place in range(ROLES):
        standin.role(guild, f"role {place}")
    moderator = standin.member(guild, f"moderator {number}", permissions="manage_guild")
    return guild, channels[0], moderator


async def _main(guilds: int) -> None:
    async with Standin(strict=False) as standin:
        homes = [_home(standin, number) for number in range(guilds)]
        places = [(guild.id, channel.id) for guild, channel, _ in homes]
        print(json.dumps({**standin.addresses(), "places": places}), flush=True)
        await answer(Discord(standin, homes))


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1])))
