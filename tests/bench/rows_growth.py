"""CPU of a poll with 100 and with 10,000 sources. Tocsin's own worker visits what is due every
quarter of an hour; its clock runs faster, so that both have as many visits a second."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.bench.figures import Figure, median, ratio, spread, written
from tests.bench.goals import GOALS
from tests.bench.spawning import Contestant, spawned
from tests.bench.website import Website, website
from tests.bench.words import Says

FEW = 100
MANY = 10_000
ROUNDS = 3
SECONDS = 5.0
WINDOWS = 6
ENOUGH = 100
"""Visits of a round."""

A_SECOND = 60.0
"""Visits a second in both."""

CHANGING = 40
"""Feeds that are really read and then have something new, beside all the others."""


async def measure(names: frozenset[str], folder: Path) -> AsyncIterator[Figure]:
    """The rows among `names`."""
    newest = datetime.now(UTC).replace(microsecond=0) - timedelta(days=100)
    async with AsyncExitStack() as stack:
        site = await stack.enter_async_context(website(newest))
        few = await _house(stack, folder / "few", site, FEW)
        many = await _house(stack, folder / "many", site, MANY)
        if "growth-unchanged" in names:
            rounds = [
                (await _worked(few, site), await _worked(many, site)) for _ in range(ROUNDS + 1)
            ][1:]
            note = "the worker, its list of sources and the times it keeps; all 304"
            yield _figure("growth-unchanged", rounds, note)
        if "growth-new-entry" in names:
            numbers = list(range(MANY, MANY + CHANGING))
            urls = [site.url(number) for number in numbers]
            await site.publish_nothing(numbers)
            for house in (few, many):
                await house.ask("watch", urls=urls, numbers=numbers)
                await house.ask("visit", urls=urls)
            rounds = []
            for _ in range(ROUNDS + 1):
                await site.publish(Says.ORDINARY, numbers)
                rounds.append((await _visited(few, urls), await _visited(many, urls)))
            note = f"beside {FEW * 25:,} and {MANY * 25:,} entries of other sources"
            yield _figure("growth-new-entry", rounds[1:], note)


async def _house(stack: AsyncExitStack, folder: Path, site: Website, count: int) -> Contestant:
    folder.mkdir()
    # As many visits a second as that many sources would have in 855 s, the mean of 900 s less up
    # to a tenth.
    speed = A_SECOND * 855 / count
    house = await stack.enter_async_context(spawned("tests.bench.ours", str(folder), f"{speed}"))
    numbers = list(range(count))
    await house.ask("fill", urls=[site.url(number) for number in numbers], numbers=numbers)
    return house


async def _worked(house: Contestant, site: Website) -> float:
    """Milliseconds of a visit. A busy machine may need more than one window to get to any."""
    before = await site.answers()
    cpu, visits = 0.0, 0
    for _ in range(WINDOWS):
        cpu += float((await house.ask("work", seconds=SECONDS))["cpu"])
        visits = await site.answers() - before
        if visits >= ENOUGH:
            break
    return 1000 * cpu / visits


async def _visited(house: Contestant, urls: list[str]) -> float:
    visit = await house.ask("visit", urls=urls)
    if visit["fresh"] != len(urls):
        raise RuntimeError(f"{len(urls)} new entries were to be found, not {visit['fresh']}")
    return 1000 * float(visit["cpu"]) / len(urls)


def _figure(name: str, rounds: list[tuple[float, float]], note: str) -> Figure:
    few, many = [pair[0] for pair in rounds], [pair[1] for pair in rounds]
    return Figure(
        name,
        GOALS[name],
        ratio(many, few),
        f"{MANY:,}: {written(median(many))} ms ({spread(many)})",
        f"{FEW}: {written(median(few))} ms ({spread(few)})",
        len(rounds),
        note,
        {"many_ms": many, "few_ms": few},
    )
