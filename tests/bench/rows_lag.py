"""Lag of the event loop while 1,000 feeds have something new: what commands and buttons wait for.
Wall time; the lag of an idle loop in the same minute says what the machine adds."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.bench.figures import Figure, median, percentile, spread, written
from tests.bench.goals import GOALS
from tests.bench.spawning import spawned
from tests.bench.website import website
from tests.bench.words import Says

FEEDS = 1000
ROUNDS = 3
NAIVE = 40
"""Feeds of a round of the peers."""

IDLE = 2.0


async def measure(names: frozenset[str], folder: Path) -> AsyncIterator[Figure]:
    """The rows among `names`."""
    newest = datetime.now(UTC).replace(microsecond=0) - timedelta(days=100)
    late: dict[str, list[list[float]]] = {}
    seconds: dict[str, list[float]] = {}
    async with AsyncExitStack() as stack:
        site = await stack.enter_async_context(website(newest))
        ours = await stack.enter_async_context(spawned("tests.bench.ours", str(folder), "1"))
        naive = await stack.enter_async_context(spawned("tests.bench.naive"))
        numbers = list(range(FEEDS))
        urls = [site.url(number) for number in numbers]
        await site.publish_nothing(numbers)
        await ours.ask("fill_read", urls=urls, numbers=numbers, newest=newest.isoformat())
        for _ in range(ROUNDS):
            late.setdefault("idle", []).append(await ours.ask("idle_lag", seconds=IDLE))
            if "loop-lag" in names:
                await site.publish(Says.ORDINARY, numbers)
                _note(await ours.ask("lag"), "loop-lag", late, seconds)
            if "loop-lag-full-speed" in names:
                await site.publish(Says.ORDINARY, numbers)
                full = await ours.ask("lag_at_full_speed", urls=urls)
                _note(full, "loop-lag-full-speed", late, seconds)
            for kind, threads in (("inline", False), ("threads", True)):
                visits = await naive.ask("lag", urls=urls[:NAIVE], threads=threads)
                late.setdefault(kind, []).append(visits["late"])
        told = await ours.ask("told")
    polls = FEEDS * ROUNDS * len(names)
    if told["entries"] != polls:
        raise RuntimeError(f"{polls} entries were to be found, not {told['entries']}")
    for name in ("loop-lag", "loop-lag-full-speed"):
        if name in names:
            yield _figure(name, late, seconds[name])


def _note(
    told: dict[str, Any],
    name: str,
    late: dict[str, list[list[float]]],
    seconds: dict[str, list[float]],
) -> None:
    late.setdefault(name, []).append(told["late"])
    seconds.setdefault(name, []).append(told["seconds"])


def _figure(name: str, late: dict[str, list[list[float]]], seconds: list[float]) -> Figure:
    p99 = {kind: [percentile(each, 0.99) for each in rounds] for kind, rounds in late.items()}
    p50 = [percentile(each, 0.5) for each in late[name]]
    most = max(max(each) for each in late[name])
    pace = f"{FEEDS / median(seconds):.0f} feeds/s"
    how = "the worker's own pace" if name == "loop-lag" else "no pauses, ten at once"
    return Figure(
        name,
        GOALS[name],
        median(p99[name]),
        f"p99 {spread(p99[name])} ms, p50 {written(median(p50))}, max {written(most)}",
        f"feedparser inline p99 {written(median(p99['inline']))}, "
        f"in threads {written(median(p99['threads']))} ms",
        len(seconds),
        f"{how}: {pace}; an idle loop on this machine: p99 {written(median(p99['idle']))} ms",
        {
            kind: rounds
            for kind, rounds in p99.items()
            if kind in (name, "idle", "inline", "threads")
        },
    )
