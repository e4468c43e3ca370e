"""What moderators decide where a source has moved for good: go along, or stay with the old address.

Never followed for good without them; what is known of its entries is taken along.
"""

from collections.abc import Callable

from bot.clock import Clock
from bot.domain.sources import Source, Watcher
from bot.errors import Refused
from bot.ingest.addresses import AllowHosts, check_address
from bot.storage.database import Storage, UnitOfWork


class Moving:
    """Answers to the proposal that a source's new address be visited."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        allow: AllowHosts,
        sources_changed: Callable[[], None],
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._allow = allow
        self._sources_changed = sources_changed

    async def accept(self, guild_id: int, watcher_id: int, number: int) -> tuple[Watcher, str]:
        """Visit the new address from now on. `number`: the proposal's.

        Raises `Refused`: no such source, the proposal is no longer what stands; `SourceFault`: the
        new address may not be visited.
        """
        async with self._storage.unit_of_work() as work:
            watcher, source, url = await _proposed(work, guild_id, watcher_id, number)
            check_address(url, self._allow)
            await self._move(work, watcher, source, url)
        self._sources_changed()
        return watcher, url

    async def keep(self, guild_id: int, watcher_id: int, number: int) -> tuple[Watcher, str]:
        """Stay with the old address; the same move is not proposed again. Raises as `accept`."""
        async with self._storage.reading() as work:
            watcher, source, _ = await _proposed(work, guild_id, watcher_id, number)
        return watcher, source.url

    async def _move(self, work: UnitOfWork, watcher: Watcher, source: Source, url: str) -> None:
        known = await work.sources.find_by_url(url)
        others = [each for each in await work.sources.watchers_of(source.id) if each != watcher]
        if known is None and not others:
            await work.sources.rename(source.id, url, self._clock.now())
            return
        target_id = known.id if known else await work.sources.add(url, self._clock.now())
        there = await work.sources.watchers_of(target_id)
        if any(each.guild_id == watcher.guild_id for each in there):
            await work.sources.unwatch(watcher.id)
            return
        await work.sources.listen_to(watcher.id, target_id)
        if not others:
            await work.sources.forget(source.id)


async def _proposed(
    work: UnitOfWork, guild_id: int, watcher_id: int, number: int
) -> tuple[Watcher, Source, str]:
    pair = await work.sources.find_watcher(watcher_id)
    if pair is None or pair[0].guild_id != guild_id:
        raise Refused("source.unknown", given=f"#{watcher_id}")
    watcher, source = pair
    if source.moved_to is None or source.move_number != number:
        raise Refused("moved.outdated", name=watcher.name)
    return watcher, source, source.moved_to
