"""The rest between two requests of one visit to a host: its robots.txt, a list and the articles
behind it, a document and its next pages. The operator's own hosts need none."""

from bot.clock import Clock
from bot.ingest.addresses import AllowHosts
from bot.services.turns import REST


class Rests:
    """Hosts in `own` are the operator's."""

    def __init__(self, clock: Clock, own: AllowHosts) -> None:
        self._clock = clock
        self._own = own

    async def before(self, url: str) -> None:
        """Rest before the next request to the host of `url`."""
        if not self._own.exempts(url):
            await self._clock.sleep(REST.total_seconds())
