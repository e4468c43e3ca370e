"""English and French say the same: every key, every placeholder, both plural forms."""

import re
import string
from pathlib import Path

import pytest

from bot.i18n import Texts

DATA = Path(__file__).parents[2] / "data" / "locales"
TEXTS = Texts.load(DATA)
ENGLISH, FRENCH = TEXTS.sentences["en"], TEXTS.sentences["fr"]
# Names and descriptions of commands are English in the cogs, since they are the contract.
OF_COMMANDS = re.compile(r"^(command\..+\.(name|description)|choice\..+)$")


def _placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_french_has_every_english_key_and_the_other_way_round() -> None:
    assert ENGLISH.keys() - FRENCH.keys() == set()
    assert {key for key in FRENCH.keys() - ENGLISH.keys() if not OF_COMMANDS.match(key)} == set()


@pytest.mark.parametrize("key", sorted(ENGLISH.keys() & FRENCH.keys()))
def test_a_sentence_takes_the_same_arguments_in_both_languages(key: str) -> None:
    assert len(ENGLISH[key]) == len(FRENCH[key])
    wanted = set().union(*map(_placeholders, ENGLISH[key]))
    assert set().union(*map(_placeholders, FRENCH[key])) == wanted
