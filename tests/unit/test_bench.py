"""What `make bench` makes of its rounds: medians, ratios, verdicts, the table. Nothing is timed."""

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from tests.bench.figures import (
    Figure,
    Goal,
    Rounds,
    Verdict,
    median,
    percentile,
    ratio,
    spread,
    times,
    written,
)
from tests.bench.goals import GOALS, ROWS, chosen
from tests.bench.table import as_json, table


def test_the_middle_of_the_rounds_counts() -> None:
    assert median([9.0, 1.0, 2.0]) == 2.0
    with pytest.raises(ValueError, match="nothing was measured"):
        median([])


def test_a_ratio_compares_rounds_that_ran_side_by_side() -> None:
    # In the second round the machine was four times as busy, for both.
    assert ratio([10.0, 40.0, 10.0], [1.0, 4.0, 2.0]) == 10.0
    with pytest.raises(ValueError, match="longer"):
        ratio([10.0], [1.0, 2.0])


def test_a_percentile_is_a_value_that_occurred() -> None:
    values = [float(value) for value in range(1, 201)]
    assert percentile(values, 0.99) == 198.0
    assert percentile(values, 0.5) == 100.0
    assert percentile([3.0], 0.99) == 3.0


@pytest.mark.parametrize(
    ("goal", "figure", "verdict"),
    [
        (Goal(10, stretch=20), 20.0, Verdict.STRETCH),
        (Goal(10, stretch=20), 10.0, Verdict.REACHED),
        (Goal(10, stretch=20), 9.99, Verdict.MISSED),
        (Goal(25, most=True), 25.0, Verdict.REACHED),
        (Goal(25, most=True), 25.1, Verdict.MISSED),
        (Goal(25, most=True, stretch=8), 8.0, Verdict.STRETCH),
    ],
)
def test_a_goal_is_reached_or_missed(goal: Goal, figure: float, verdict: Verdict) -> None:
    assert Figure("any", goal, figure).verdict is verdict


def test_what_could_not_be_measured_is_no_success() -> None:
    assert Figure("any", Goal(0), None).verdict is Verdict.FAILED


def test_numbers_have_as_many_digits_as_they_deserve() -> None:
    assert [written(value) for value in (0.0, 0.123, 1.234, 12.34, 56.7, 3.0, 12345.6)] == [
        "0",
        "0.12",
        "1.2",
        "12.3",
        "57",
        "3",
        "12,346",
    ]
    assert times(22.8) == "23×"
    assert spread([2.0, 1.0, 3.0]) == "1–3"


def test_a_busy_machine_has_fewer_rounds_but_not_too_few() -> None:
    quick = iter(range(100))
    assert list(Rounds(5, 3, 60, clock=lambda: float(next(quick)))) == [0, 1, 2, 3, 4]
    slow = iter(range(0, 10_000, 100))
    assert list(Rounds(5, 3, 60, clock=lambda: float(next(slow)))) == [0, 1, 2]


def test_the_table_shows_goal_figure_and_verdict_of_each_row() -> None:
    figures = [
        Figure("poll-304", Goal(15, "×", stretch=20), 12.0, "1 ms", "reader 12 ms", 5, "known"),
        Figure("loop-lag", Goal(25, " ms", most=True), None, note="no such machine"),
    ]
    console = Console(width=150, record=True, file=io.StringIO())
    console.print(table(figures))
    shown = console.export_text()
    for told in ("poll-304", "≥ 15 (20)×", "12×", "missed", "median of 5", "no such machine"):
        assert told in shown
    assert "not measured" in shown


def test_what_was_measured_can_be_kept() -> None:
    figure = Figure("poll-304", Goal(15, "×"), 16.0, measured={"ours_ms": [0.1, 0.2]})
    kept = json.loads(as_json({"load": "0.1"}, [figure]))
    assert kept["state"] == {"load": "0.1"}
    (row,) = kept["figures"]
    assert row["verdict"] == "reached"
    assert row["rounds"] == {"ours_ms": [0.1, 0.2]}


def test_every_row_stands_once_with_a_goal_and_a_module_that_measures_it() -> None:
    names = [name for rows in ROWS.values() for name in rows]
    assert sorted(names) == sorted(GOALS)
    folder = Path(table.__code__.co_filename).parent
    for module, rows in ROWS.items():
        text = (folder / f"{module}.py").read_text("utf-8")
        assert "async def measure(" in text
        assert all(f'"{name}"' in text for name in rows)


def test_rows_are_chosen_by_a_word_of_their_names() -> None:
    assert chosen("poll") == set(ROWS["rows_polls"])
    assert chosen("memory, lag") == {"memory", *ROWS["rows_lag"]}
    assert chosen("") == set(GOALS)
    assert chosen("no such row") == set()
