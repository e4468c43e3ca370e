"""A day of ten thousand mixed sources: how politely they are visited, and what it costs."""

from collections.abc import AsyncIterator
from pathlib import Path

from tests.bench.day import SOURCES
from tests.bench.figures import Figure, percentile, written
from tests.bench.goals import GOALS
from tests.bench.spawning import spawned

SPEED = 480.0
"""A day in three minutes."""

HOURS = 24.0


async def measure(names: frozenset[str], folder: Path) -> AsyncIterator[Figure]:
    """The rows among `names`."""
    async with spawned("tests.bench.hosts") as hosts:
        port = str(await hosts.ask("port"))
        async with spawned("tests.bench.day", str(folder), f"{SPEED}", port) as day:
            await day.ask("fill")
            passed = await day.ask("pass_by", hours=HOURS)
            asked = await hosts.ask("asked", since=passed["began"], speed=SPEED)
    late = percentile(passed["late"], 0.99)
    told = (
        f"{asked['total']:,} visits to {SOURCES:,} sources at {asked['hosts']:,} hosts in a day, "
        f"{passed['troubled']} in trouble"
    )
    if "day-spacing" in names:
        yield Figure(
            "day-spacing",
            GOALS["day-spacing"],
            asked["shortest"],
            f"{written(asked['shortest'])} s between two visits to a host",
            f"at most {asked['most']:.0f} an hour at one host",
            1,
            told,
        )
    if "day-cost" in names:
        yield Figure(
            "day-cost",
            GOALS["day-cost"],
            passed["cpu"],
            f"{written(passed['cpu'])} s of CPU, {passed['memory']:.0f} MB",
            f"{written(1000 * passed['cpu'] / max(asked['total'], 1))} ms a visit",
            1,
            f"loop lag p99 {written(late)} ms while the clock runs {SPEED:.0f} times as fast",
        )
