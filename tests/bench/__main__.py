"""`python -m tests.bench [ROWS] [--json FILE]`: measures, tells what it does meanwhile on standard
error, and prints one table. ROWS: words that names of rows contain, comma-separated."""

import argparse
import asyncio
import tempfile
import time
import traceback
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from rich.console import Console

from tests.bench import (
    machine,
    rows_agreement,
    rows_bot,
    rows_growth,
    rows_judging,
    rows_lag,
    rows_polls,
)
from tests.bench.figures import Figure, Goal
from tests.bench.table import as_json, table

Measure = Callable[[frozenset[str], Path], AsyncIterator[Figure]]

GROUPS: tuple[tuple[tuple[str, ...], Measure], ...] = (
    (rows_polls.NAMES, rows_polls.measure),
    (rows_growth.NAMES, rows_growth.measure),
    (rows_judging.NAMES, rows_judging.measure),
    (rows_lag.NAMES, rows_lag.measure),
    (rows_bot.NAMES, rows_bot.measure),
    (rows_agreement.NAMES, rows_agreement.measure),
)

WIDTH = 150


def chosen(words: str) -> frozenset[str]:
    """The rows whose names contain one of `words`; all where there are none."""
    wanted = [word.strip() for word in words.split(",") if word.strip()]
    names = [name for group, _ in GROUPS for name in group]
    return frozenset(n for n in names if not wanted or any(word in n for word in wanted))


async def measured(names: frozenset[str], progress: Console) -> list[Figure]:
    """Every figure among `names`. A group that fails says so in its rows; the others go on."""
    figures: list[Figure] = []
    for group, measure in GROUPS:
        wanted = names & set(group)
        if not wanted:
            continue
        started = time.monotonic()
        progress.print(f"measuring {', '.join(name for name in group if name in wanted)} …")
        found: list[Figure] = []
        with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder:
            try:
                async for figure in measure(wanted, Path(folder)):
                    found.append(figure)  # noqa: PERF401 - kept where a later one fails
            except Exception as error:  # noqa: BLE001 - told in the table
                progress.print(traceback.format_exc(), markup=False)
                why = f"{type(error).__name__}: {str(error).strip().splitlines()[-1:]}"
                missing = [n for n in group if n in wanted and n not in {f.name for f in found}]
                found.extend(Figure(n, Goal(0), None, note=why) for n in missing)
        figures += found
        progress.print(f"  {time.monotonic() - started:.0f} s, load {machine.load()}")
    return figures


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("rows", nargs="?", default="", help="for instance poll,memory")
    parser.add_argument("--json", type=Path, help="a file for every round of every figure")
    asked = parser.parse_args()
    names = chosen(asked.rows)
    if not names:
        parser.error(f"no row is named so; there are {', '.join(sorted(chosen('')))}")
    console = Console()
    console = console if console.is_terminal else Console(width=WIDTH)
    before = machine.load()
    figures = asyncio.run(measured(names, Console(stderr=True)))
    state = {**machine.state(), "load": f"{before} before, {machine.load()} after, ours included"}
    for name, told in state.items():
        console.print(f"{name}: {told}", highlight=False)
    console.print(table(figures))
    if asked.json is not None:
        asked.json.write_text(as_json(state, figures) + "\n", "utf-8")


if __name__ == "__main__":
    main()
