"""Lexicon files: the project's own are sound, and each fault is told with its file and key."""

from pathlib import Path

import pytest

from bot.catalogue.lexicons import load_lexicons
from bot.errors import BadCatalogue

DATA = Path(__file__).parents[2] / "data" / "lexicons"


def faults(folder: Path) -> list[tuple[str, object]]:
    with pytest.raises(BadCatalogue) as caught:
        load_lexicons(folder)
    return [(fault.key, fault.arguments["key"]) for fault in caught.value.faults]


def changed(folder: Path, old: str, new: str) -> Path:
    text = (DATA / "en.toml").read_text(encoding="utf-8")
    assert old in text
    (folder / "en.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


def test_the_lexicons_of_the_project_are_sound() -> None:
    lexicons = load_lexicons(DATA)
    assert set(lexicons) >= {"en", "fr", "es", "it", "pt"}
    for language, lexicon in lexicons.items():
        assert lexicon.language == language
        names = [rule.name for rule in lexicon.rules]
        assert len(names) == len(set(names))


def test_a_pattern_that_cannot_be_compiled_is_named(tmp_path: Path) -> None:
    changed(tmp_path, "'(?:pulls?|pulled", "'(?:(pulls?|pulled")
    assert faults(tmp_path) == [("catalogue.fault.pattern", "rule[5].patterns")]


def test_an_unknown_word_is_named(tmp_path: Path) -> None:
    changed(tmp_path, "<PLACE> (?:is|will be|will)", "<PLAICE> (?:is|will be|will)")
    assert faults(tmp_path) == [("catalogue.fault.choice", "rule[1].patterns")]


def test_a_missing_weight_is_named(tmp_path: Path) -> None:
    changed(tmp_path, "weight = 4.2\n", "")
    assert faults(tmp_path) == [("catalogue.fault.missing", "rule[1].weight")]


def test_an_unknown_key_is_named(tmp_path: Path) -> None:
    changed(tmp_path, "weight = 4.2\n", "weight = 4.2\nwait = 3\n")
    assert faults(tmp_path) == [("catalogue.fault.unknown_key", "rule[1].wait")]


def test_a_file_named_for_another_language_is_refused(tmp_path: Path) -> None:
    text = (DATA / "en.toml").read_text(encoding="utf-8")
    (tmp_path / "de.toml").write_text(text, encoding="utf-8")
    assert faults(tmp_path) == [("catalogue.fault.choice", "language")]


def test_an_impossible_feast_is_named(tmp_path: Path) -> None:
    changed(tmp_path, '"christmas eve" = [12, 24]', '"christmas eve" = [13, 24]')
    assert faults(tmp_path) == [("catalogue.fault.date", "calendar.feasts.christmas eve")]
