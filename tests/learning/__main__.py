"""Learns `data/weights/announcement.toml` from labelled texts: `make learn TEXTS="one.jsonl …"`.

Logistic regression by Newton's method, with a penalty that keeps weights small. Prints how well it
does on texts left out of learning; refuses nothing, writes only with `--write`.
"""

import argparse
import json
import math
import random
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from bot.catalogue.catalogue import Catalogue
from bot.detection.weighing import MEASURES, Weights
from bot.domain.notices import Origin, Text

ROOT = Path(__file__).parents[2]
OWN = ROOT / "tests" / "corpus" / "notices.jsonl"
PENALTY = 2.0
"""How strongly weights are pulled to nothing; of few texts none may count for much."""

FOLDS = 10
CUTS = (0.35, 0.5, 0.8, 0.9)

Row = tuple[list[float], bool]


def main() -> None:
    """Measure the texts, cross-validate, and write the weights where asked."""
    parser = argparse.ArgumentParser(prog="python -m tests.learning", description=__doc__)
    parser.add_argument("texts", nargs="*", type=Path, default=[OWN])
    parser.add_argument("--write", action="store_true", help="write data/weights/announcement.toml")
    args = parser.parse_args()
    rows = list(_rows(args.texts))
    print(f"{len(rows)} texts with a signal, {sum(label for _, label in rows)} announce something")
    _validate(rows)
    weights = _learn(rows)
    for name in MEASURES:
        print(f"  {name:18} {weights.of[name]:+.3f}")
    if args.write:
        _write(ROOT / "data" / "weights" / "announcement.toml", weights, len(rows))


def _rows(files: Iterable[Path]) -> Iterable[Row]:
    catalogue = Catalogue.load(ROOT / "data")
    detector = catalogue.detector
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            item = json.loads(line)
            measures = None if item.get("ambiguous") else detector.measure(_text(item))
            if measures is not None:
                yield [measures[name] for name in MEASURES], item["label"] != "none"


def _text(item: dict[str, Any]) -> Text:
    published = item.get("published")
    return Text(
        title=item["title"] or "",
        body=item["body"] or "",
        url=item.get("url"),
        published_on=date.fromisoformat(published[:10]) if published else None,
        origin=Origin.OFFICIAL if item["source_kind"] == "official" else Origin.PRESS,
    )


def _validate(rows: Sequence[Row]) -> None:
    order = list(range(len(rows)))
    random.Random(1).shuffle(order)
    sure: list[tuple[float, bool]] = []
    for fold in range(FOLDS):
        left_out = set(order[fold::FOLDS])
        weights = _learn([row for place, row in enumerate(rows) if place not in left_out])
        for place in left_out:
            values, label = rows[place]
            measures = dict(zip(MEASURES, values, strict=True))
            sure.append((weights.confidence(measures), label))
    positives = sum(label for _, label in sure)
    for cut in CUTS:
        kept = [label for confidence, label in sure if confidence >= cut]
        right = sum(kept)
        print(
            f"  from {cut:.2f}: {right / positives:.3f} of the announcements,"
            f" {right / max(1, len(kept)):.3f} of them right,"
            f" {(len(kept) - right) / max(1, len(sure) - positives):.3f} of the others"
        )


def _learn(rows: Sequence[Row]) -> Weights:
    """Weights by Newton's method on the measures as they are; the intercept bears no penalty."""
    data = [([1.0, *values], label) for values, label in rows]
    size = len(MEASURES) + 1
    beta = [0.0] * size
    for _ in range(30):
        slope = [-PENALTY * b if place else 0.0 for place, b in enumerate(beta)]
        curve = [[PENALTY * (i == j) * (i > 0) for j in range(size)] for i in range(size)]
        for x, label in data:
            chance = 1 / (1 + math.exp(-sum(b * v for b, v in zip(beta, x, strict=True))))
            for i in range(size):
                slope[i] += (label - chance) * x[i]
                for j in range(size):
                    curve[i][j] += chance * (1 - chance) * x[i] * x[j]
        beta = [b + step for b, step in zip(beta, _solve(curve, slope), strict=True)]
    return Weights(beta[0], dict(zip(MEASURES, beta[1:], strict=True)))


def _solve(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Gauss with pivots; the penalty keeps the matrix from being singular."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    size = len(rows)
    for column in range(size):
        pivot = max(range(column, size), key=lambda row: abs(rows[row][column]))
        rows[column], rows[pivot] = rows[pivot], rows[column]
        for row in range(size):
            if row != column:
                factor = rows[row][column] / rows[column][column]
                rows[row] = [a - factor * b for a, b in zip(rows[row], rows[column], strict=True)]
    return [rows[place][size] / rows[place][place] for place in range(size)]


def _write(path: Path, weights: Weights, count: int) -> None:
    lines = [
        "# What each measure of a text is worth, in log odds: how likely it announces something.",
        f"# Learned from {count} labelled texts by `make learn`; not to be changed by hand.",
        "",
        f"intercept = {weights.intercept:.3f}",
        "",
        "[worth]",
        *(f"{name} = {weights.of[name]:.3f}" for name in MEASURES),
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
