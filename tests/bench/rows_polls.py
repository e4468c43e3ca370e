"""CPU of a poll: the first, an unchanged one by 304 and by the same body, and one with something
new. Ours and `reader` read the same feeds from the same server, by turns."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.bench.figures import Figure, Rounds, median, ratio, spread, written
from tests.bench.goals import GOALS
from tests.bench.spawning import Contestant, spawned
from tests.bench.website import Website, website
from tests.bench.words import Says

BATCH = 10
"""Feeds of a round of first polls."""

KEPT = 30
"""Feeds of a round in which the peer parses everything."""

WARM_UP = 1
ROUNDS = 5
FEWEST = 3
SECONDS = 25.0
"""So long the rounds of one row go on; where the machine is busy there are fewer."""
PASSES = 4
"""Times that we visit in a round what costs us next to nothing; costs are per poll."""

Turn = Callable[[], Awaitable[float]]


@dataclass(slots=True)
class _Race:
    """Both contestants, and how many milliseconds of CPU a poll cost them in each round."""

    site: Website
    ours: Contestant
    peer: Contestant
    numbers: list[int] = field(default_factory=list)
    costs: dict[str, tuple[list[float], list[float]]] = field(default_factory=dict)

    @property
    def urls(self) -> list[str]:
        return [self.site.url(number) for number in self.numbers]

    async def turn(self, name: str, number: int, ours: Turn, peer: Turn) -> None:
        """One round: who begins changes. Warm-up rounds come first and do not count."""
        found = {}
        for who in (ours, peer) if number % 2 else (peer, ours):
            found[who] = await who()
        if number >= WARM_UP:
            mine, theirs = self.costs.setdefault(name, ([], []))
            mine.append(found[ours])
            theirs.append(found[peer])

    async def ours_visits(self, urls: list[str], fresh: int, passes: int = 1) -> float:
        visit = await self.ours.ask("visit", urls=urls, times=passes)
        _expect(visit, fresh)
        return 1000.0 * float(visit["cpu"]) / len(urls) / passes

    async def peer_visits(self, polls: int, fresh: int, **which: Any) -> float:
        visit = await self.peer.ask("visit", **which)
        _expect(visit, fresh)
        return 1000.0 * float(visit["cpu"]) / polls


async def measure(names: frozenset[str], folder: Path) -> AsyncIterator[Figure]:
    """The rows among `names`."""
    newest = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    async with AsyncExitStack() as stack:
        race = _Race(
            await stack.enter_async_context(website(newest)),
            await stack.enter_async_context(spawned("tests.bench.ours", str(folder), "1")),
            await stack.enter_async_context(spawned("tests.bench.peer_reader", str(folder))),
        )
        await _first(race)
        if "first-poll" in names:
            yield _figure(
                race,
                "first-poll",
                "all 25 entries new; full parse in our worker, recent ones judged",
            )
        if "poll-304" in names:
            await _unchanged(race, "poll-304")
            yield _figure(race, "poll-304", "validators known")
        await _keep_some(race)
        if "poll-same-body" in names:
            await race.site.without_validators()
            await _unchanged(race, "poll-same-body")
            note = "200 with the body of last time"
            yield _figure(race, "poll-same-body", note)
        if "poll-new-entry" in names:
            await _news(race, "poll-new-entry", Says.ORDINARY)
            note = "an ordinary post among 25: read, judged, written"
            yield _figure(race, "poll-new-entry", note)
        if "poll-announcement" in names:
            before = await race.ours.ask("told")
            await _news(race, "poll-announcement", Says.CLOSURE)
            note = _written_down(before, await race.ours.ask("told"))
            yield _figure(race, "poll-announcement", note)


async def _first(race: _Race) -> None:
    for number in range(WARM_UP + ROUNDS):
        batch = list(range(number * BATCH, (number + 1) * BATCH))
        urls = [race.site.url(each) for each in batch]
        await race.site.publish_nothing(batch)
        await race.ours.ask("watch", urls=urls, numbers=batch)
        await race.peer.ask("watch", urls=urls)
        race.numbers += batch

        async def ours(urls: list[str] = urls) -> float:
            return await race.ours_visits(urls, 25 * BATCH)

        async def peer() -> float:
            return await race.peer_visits(BATCH, 25 * BATCH, new=True)

        await race.turn("first-poll", number, ours, peer)


async def _unchanged(race: _Race, name: str) -> None:
    async def ours() -> float:
        return await race.ours_visits(race.urls, 0, PASSES)

    async def peer() -> float:
        return await race.peer_visits(len(race.numbers), 0)

    for number in _rounds():
        await race.turn(name, number, ours, peer)


async def _keep_some(race: _Race) -> None:
    await race.peer.ask("rest", urls=race.urls[KEPT:])
    del race.numbers[KEPT:]


async def _news(race: _Race, name: str, says: Says) -> None:
    async def ours() -> float:
        return await race.ours_visits(race.urls, KEPT)

    async def peer() -> float:
        return await race.peer_visits(KEPT, KEPT)

    for number in _rounds():
        await race.site.publish(says, race.numbers)
        await race.turn(name, number, ours, peer)


def _rounds() -> Rounds:
    return Rounds(WARM_UP + ROUNDS, WARM_UP + FEWEST, SECONDS)


def _figure(race: _Race, name: str, note: str) -> Figure:
    ours, peer = race.costs[name]
    return Figure(
        name,
        GOALS[name],
        ratio(peer, ours),
        f"{written(median(ours))} ms ({spread(ours)})",
        f"reader {written(median(peer))} ms ({spread(peer)})",
        len(ours),
        note,
        {"ours_ms": ours, "reader_ms": peer},
    )


def _written_down(before: dict[str, int], after: dict[str, int]) -> str:
    grown = {name: after[name] - before[name] for name in before}
    polls = grown["entries"]
    if polls < (WARM_UP + FEWEST) * KEPT or grown["notices"] < polls or grown["alerts"] < KEPT:
        raise RuntimeError(f"announcements were not told: {grown} after {polls} polls")
    kept = ", ".join(f"{count} {name}" for name, count in grown.items())
    return f"a closure among 25, and all that comes of it: {kept} in {polls} polls"


def _expect(visit: dict[str, Any], fresh: int) -> None:
    if visit["fresh"] != fresh:
        raise RuntimeError(f"{fresh} new entries were to be found, not {visit['fresh']}")
