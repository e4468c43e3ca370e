"""`.env.example` names every setting with its default, and nothing else."""

from pathlib import Path

from bot.config import NAMES, Settings, masked, read_settings

EXAMPLE = Path(__file__).parents[2] / ".env.example"


def _written() -> dict[str, str]:
    lines = (line.removeprefix("# ") for line in EXAMPLE.read_text("utf-8").splitlines())
    pairs = (line.partition("=") for line in lines if line.split("=")[0] in NAMES.values())
    return {name: value for name, _, value in pairs}


def test_every_setting_stands_in_the_example() -> None:
    assert set(_written()) == set(NAMES.values())


def test_the_example_shows_the_defaults() -> None:
    assert masked(read_settings(_written())) == masked(Settings())
