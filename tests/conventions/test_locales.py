"""English, French and German say the same: every key, every placeholder, both plural forms. A
further language may lack sentences, but what it says fits."""

import re
import string
from pathlib import Path

import pytest

from bot.i18n import Texts

DATA = Path(__file__).parents[2] / "data" / "locales"
TEXTS = Texts.load(DATA)
OF_THE_DEMO = ("demo.", "demo_page.")
"""Its story is told in English and French."""
ENGLISH, FRENCH = TEXTS.sentences["en"], TEXTS.sentences["fr"]
# Names and descriptions of commands are English in the cogs, since they are the contract.
OF_COMMANDS = re.compile(r"^(command\..+\.(name|description)|choice\..+)$")


def _placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_french_has_every_english_key() -> None:
    assert ENGLISH.keys() - FRENCH.keys() == set()


def test_german_has_every_key_that_french_has_but_those_of_the_demo() -> None:
    missing = FRENCH.keys() - TEXTS.sentences["de"].keys()
    assert {key for key in missing if not key.startswith(OF_THE_DEMO)} == set()


def test_no_language_says_what_nobody_asks_for() -> None:
    for language in TEXTS.locales:
        surplus = TEXTS.sentences[language].keys() - ENGLISH.keys()
        assert {key for key in surplus if not OF_COMMANDS.match(key)} == set(), language


@pytest.mark.parametrize(
    ("language", "key"),
    [
        (language, key)
        for language in TEXTS.locales
        for key in sorted(ENGLISH.keys() & TEXTS.sentences[language].keys())
    ],
)
def test_a_sentence_takes_the_same_arguments_in_every_language(language: str, key: str) -> None:
    spoken = TEXTS.sentences[language]
    assert len(ENGLISH[key]) == len(spoken[key])
    wanted = set().union(*map(_placeholders, ENGLISH[key]))
    assert set().union(*map(_placeholders, spoken[key])) == wanted
