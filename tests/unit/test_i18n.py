"""Sentences by locale: plurals, fall-backs, faults in words, and files that cannot be used."""

from datetime import date
from pathlib import Path

import pytest

from bot.errors import BadCatalogue, Fault
from bot.i18n import Texts

DATA = Path(__file__).parents[2] / "data" / "locales"

ENGLISH = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "hello"
msgstr "Hello, {name}."

msgid "only"
msgstr "Only here."

msgid "dates"
msgid_plural "dates"
msgstr[0] "{n} date"
msgstr[1] "{n} dates"

msgid "wrapped"
msgstr "Because: {why}"
"""

FRENCH = (
    ENGLISH.replace("n != 1", "n > 1")
    .replace("Hello, {name}.", "Bonjour, {name}.")
    .replace('msgid "only"\nmsgstr "Only here."\n', "")
    .replace("Because", "Parce que")
)


def write(folder: Path, **files: str) -> Path:
    for locale, text in files.items():
        (folder / locale).mkdir()
        (folder / locale / "texts.po").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def texts(tmp_path: Path) -> Texts:
    return Texts.load(write(tmp_path, en=ENGLISH, fr=FRENCH))


def test_a_sentence_is_told_in_the_language_asked_for(texts: Texts) -> None:
    assert texts.get("en", "hello", name="Ana") == "Hello, Ana."
    assert texts.get("fr-CA", "hello", name="Ana") == "Bonjour, Ana."


@pytest.mark.parametrize("wanted", ["ja", None, "", "xx-YY"])
def test_a_language_nobody_translated_is_english(texts: Texts, wanted: str | None) -> None:
    assert texts.pick(wanted) == "en"


def test_a_sentence_not_yet_translated_is_english(texts: Texts) -> None:
    assert texts.get("fr", "only") == "Only here."
    assert texts.find("fr", "only") is None


def test_a_key_without_a_sentence_is_a_bug(texts: Texts) -> None:
    assert not texts.has("nothing")
    with pytest.raises(KeyError):
        texts.get("en", "nothing")


def test_each_language_counts_in_its_own_way(texts: Texts) -> None:
    assert [texts.get("en", "dates", n) for n in (0, 1, 2)] == ["0 dates", "1 date", "2 dates"]
    assert [texts.get("fr", "dates", n) for n in (0, 1, 2)] == ["0 date", "1 date", "2 dates"]


def test_a_fault_within_a_fault_is_told_in_words(texts: Texts) -> None:
    why = Fault("hello", name="Ana")
    assert texts.fault("fr", Fault("wrapped", why=why)) == "Parce que: Bonjour, Ana."


def test_words_from_outside_are_not_read_as_places_to_fill(texts: Texts) -> None:
    assert texts.get("en", "hello", name="{name} {0.__class__}") == "Hello, {name} {0.__class__}."


def test_days_and_months_are_written_out() -> None:
    texts = Texts.load(DATA)
    assert texts.day("en", date(2017, 8, 31)) == "Thursday 31 August 2017"
    assert texts.day("fr", date(2017, 8, 31)) == "jeudi 31 août 2017"
    assert texts.month("fr", date(2017, 8, 1)) == "août 2017"


def keys_of(folder: Path) -> list[tuple[str, object]]:
    with pytest.raises(BadCatalogue) as raised:
        Texts.load(folder)
    return [(fault.key, fault.arguments["key"]) for fault in raised.value.faults]


def test_a_folder_without_english_is_told(tmp_path: Path) -> None:
    folder = write(tmp_path, fr=FRENCH)
    assert keys_of(folder) == [("catalogue.fault.no_locale", "en")]


def test_a_key_told_twice_is_told(tmp_path: Path) -> None:
    folder = write(tmp_path, en=ENGLISH)
    (folder / "en" / "more.po").write_text('msgid "only"\nmsgstr "Twice."\n')
    assert keys_of(folder) == [("catalogue.fault.twice", "only")]


def test_an_empty_sentence_is_told(tmp_path: Path) -> None:
    folder = write(tmp_path, en=ENGLISH + '\nmsgid "void"\nmsgstr ""\n')
    assert keys_of(folder) == [("catalogue.fault.empty", "void")]


def test_a_file_that_is_no_catalogue_is_told(tmp_path: Path) -> None:
    folder = write(tmp_path, en="<html>not found</html>")
    assert ("catalogue.fault.unreadable", "-") in keys_of(folder)
