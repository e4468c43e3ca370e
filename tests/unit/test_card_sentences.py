"""The sentences of the cards: complete in every language, with the same places to fill."""

import re
from pathlib import Path
from string import Formatter

import pytest

from tests.card_samples import LOCALES, TEXTS

FILES = ("alert.po", "cards.po", "common.po", "review.po")
FOLDER = Path(__file__).parents[2] / "data" / "locales" / "en"
KEYS = sorted(
    key
    for file in FILES
    for key in re.findall(r'^msgid "(.+)"$', (FOLDER / file).read_text("utf-8"), re.MULTILINE)
)


def places(form: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(form) if name}


@pytest.mark.parametrize("locale", LOCALES)
def test_every_sentence_of_the_cards_exists_with_the_same_places(locale: str) -> None:
    for key in KEYS:
        english = set().union(*map(places, TEXTS.sentences["en"][key]))
        forms = TEXTS.sentences[locale][key]
        assert set().union(*map(places, forms)) == english, key


def test_french_signs_stand_behind_a_space_that_does_not_break() -> None:
    for key in KEYS:
        for form in TEXTS.sentences["fr"][key]:
            assert not re.search(r" [:;?!»%]|« ", form), key
            assert "'" not in form, key


def test_nothing_is_said_twice_in_two_languages_by_mistake() -> None:
    same = {
        key
        for key in KEYS
        if TEXTS.sentences["en"][key] == TEXTS.sentences["fr"][key] and key != "common.marked"
    }
    assert {key for key in same if len(TEXTS.sentences["en"][key][0]) > len("migration")} == set()
