"""Reads `data/weights/announcement.toml`: what each measure of a text is worth.

Refuses a measure that detection does not know, and one that is missing.
"""

from pathlib import Path

from bot.catalogue.tables import raise_faults, read_tables
from bot.detection.weighing import MEASURES, Weights
from bot.errors import Fault


def load_weights(folder: Path) -> Weights:
    """The weights in `folder`. Raises `BadCatalogue` with every fault."""
    faults: list[Fault] = []
    weights = Weights.none()
    for table in read_tables(folder, faults):
        worth = table.table("worth")
        weights = Weights(
            table.decimal("intercept"), {name: worth.decimal(name) for name in MEASURES}
        )
        worth.done()
        table.done()
    raise_faults(faults)
    return weights
