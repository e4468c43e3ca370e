"""The figures as people read them, and as JSON."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from tests.bench.figures import Figure, Verdict, written

_STYLES = {
    Verdict.STRETCH: "bold green",
    Verdict.REACHED: "green",
    Verdict.MISSED: "bold red",
    Verdict.FAILED: "yellow",
}


def table(figures: Sequence[Figure]) -> Table:
    """One line for each figure, with what it holds below it."""
    made = Table(show_lines=True, expand=True)
    for name, ratio in (("what", 3), ("ours", 3), ("peer", 3), ("goal", 2), ("figure", 1)):
        made.add_column(name, ratio=ratio)
    made.add_column("verdict", no_wrap=True)
    for figure in figures:
        told = "–" if figure.figure is None else f"{written(figure.figure)}{figure.goal.unit}"
        what = Text(figure.name, style="bold").append(f"\n{figure.note}", style="not bold dim")
        ours = figure.ours + (f"\nmedian of {figure.rounds}" if figure.rounds > 1 else "")
        verdict = Text(figure.verdict.value, style=_STYLES[figure.verdict])
        made.add_row(what, ours, figure.peer, str(figure.goal), told, verdict)
    return made


def as_json(state: Mapping[str, str], figures: Sequence[Figure]) -> str:
    """Everything that was measured, each round of it."""
    return json.dumps(
        {"state": dict(state), "figures": [_plain(each) for each in figures]}, indent=1
    )


def _plain(figure: Figure) -> dict[str, Any]:
    return {
        "name": figure.name,
        "figure": figure.figure,
        "unit": figure.goal.unit.strip(),
        "goal": str(figure.goal),
        "verdict": figure.verdict.value,
        "ours": figure.ours,
        "peer": figure.peer,
        "note": figure.note,
        "rounds": figure.measured,
    }
