"""Nouns and names in languages that write both with a capital."""

from bot.detection.nouns import Nouns
from bot.detection.words import fold_in_place, sentences

GERMAN = Nouns(
    words=frozenset(["shop", "team", "markt"]),
    endings=("gebuhr", "ung"),
    after=frozenset(["die", "dein", "der"]),
    after_endings=("ischen",),
    named=("kiste", "markt"),
)


def names(text: str, nouns: Nouns = GERMAN) -> list[str]:
    return [
        text[start:end] for start, end in nouns.names_in(text, fold_in_place(text), 0, len(text))
    ]


def marked(text: str, nouns: Nouns | None = GERMAN) -> str:
    return sentences("", text, frozenset(), nouns)[0].words.strip()


def test_a_compound_ends_with_a_noun_and_may_begin_with_a_name() -> None:
    assert names("Etsy-Shop") == ["Etsy"]
    assert names("Verkaufsgebühr") == []


def test_what_is_written_as_no_noun_is_a_name() -> None:
    assert names("DaWandaUng") == ["DaWandaUng"]


def test_behind_an_article_or_an_adjective_stands_a_noun() -> None:
    assert marked("Wir lieben die Nadel") == "@wir lieben die nadel"
    assert marked("Wir lieben Nadelwelt") == "@wir lieben @nadelwelt"
    assert marked("alle praktischen Nadelwelt") == "alle praktischen nadelwelt"


def test_a_compound_that_names_shops_stays_a_name_behind_an_article() -> None:
    assert marked("Wir lieben die Knopfkiste") == "@wir lieben die @knopfkiste"
    assert marked("Wir lieben die Kiste") == "@wir lieben die kiste"
    assert marked("Wir lieben der Markt") == "@wir lieben der markt"


def test_where_nouns_are_small_every_capital_may_name_something() -> None:
    assert not Nouns()
    assert marked("We love the Needle", None) == "@we love the @needle"
    assert names("Etsy Shop", Nouns()) == ["Etsy Shop"]


def test_a_day_and_its_month_are_one_date_and_one_sentence() -> None:
    texts = [each.text for each in sentences("", "Ende am 31. August 2027. Danke.", frozenset())]
    assert texts == ["Ende am 31. August 2027.", "Danke."]
