"""`python -m tests.bench [ROWS] [--json FILE]`: measures, tells what it does meanwhile on standard
error, and prints one table. ROWS: words that names of rows contain, comma-separated."""

import argparse
import asyncio
import tempfile
import time
import traceback
from importlib import import_module
from pathlib import Path

from rich.console import Console

from tests.bench import machine
from tests.bench.figures import Figure
from tests.bench.goals import GOALS, ROWS, chosen
from tests.bench.table import as_json, table

WIDTH = 150


async def measured(names: frozenset[str], progress: Console) -> list[Figure]:
    """Every figure among `names`. A group that fails says so in its rows; the others go on."""
    figures: list[Figure] = []
    for module, rows in ROWS.items():
        wanted = names & set(rows)
        if not wanted:
            continue
        started = time.monotonic()
        progress.print(f"measuring {', '.join(name for name in rows if name in wanted)} …")
        found: list[Figure] = []
        with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder:
            try:
                measure = import_module(f"tests.bench.{module}").measure
                async for figure in measure(wanted, Path(folder)):
                    found.append(figure)
                    progress.print(f"  {figure.name}: {figure.ours}; {figure.peer}", markup=False)
            except Exception as error:  # noqa: BLE001 - told in the table
                progress.print(traceback.format_exc(), markup=False)
                why = (str(error).strip().splitlines() or [type(error).__name__])[-1]
                missing = [n for n in rows if n in wanted and n not in {f.name for f in found}]
                found.extend(Figure(n, GOALS[n], None, note=why) for n in missing)
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
