"""The verdicts on our own test texts, and what must never change a verdict."""

import json
import re
from collections import Counter
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.catalogue.lexicons import load_lexicons
from bot.catalogue.platforms import load_platforms
from bot.catalogue.weights import load_weights
from bot.detection import Detector
from bot.detection.detector import ONLY_DATED
from bot.detection.words import LONGEST, LONGEST_SENTENCE, fold_in_place, sentences
from bot.domain.notices import Action, Judgement, Kind, Origin, Scope, Severity, Text, What
from bot.domain.platforms import Platform
from bot.domain.policy import ALERT_CONFIDENCE
from bot.errors import Refused
from bot.services.checking import Checker, read_item

DATA = Path(__file__).parents[2] / "data"
CORPUS = Path(__file__).parents[1] / "corpus" / "notices.jsonl"
ITEMS = [json.loads(line) for line in CORPUS.read_text(encoding="utf-8").splitlines()]
LETTERS = CORPUS.with_name("deadlines.jsonl")
DATED = [json.loads(line) for line in LETTERS.read_text(encoding="utf-8").splitlines()]
CLOSING = {
    "en": "Folksy is closing",
    "fr": "Folksy ferme ses portes",
    "de": "Folksy schließt",
    "es": "Folksy cierra sus puertas",
    "it": "Folksy chiude i battenti",
    "pt": "A Folksy vai encerrar",
    "nl": "Folksy stopt ermee",
}
FIELDS = ("id", "title", "body", "url", "published", "source_kind")


@cache
def platforms() -> tuple[Platform, ...]:
    return load_platforms(DATA / "platforms")


@cache
def detector() -> Detector:
    return Detector(load_lexicons(DATA / "lexicons"), platforms(), load_weights(DATA / "weights"))


def verdict(item: dict[str, Any]) -> dict[str, Any]:
    checker = Checker(detector(), platforms())
    return checker.verdict({field: item[field] for field in FIELDS})


def judge(title: str, body: str = "", on: date | None = date(2026, 11, 24)) -> Judgement:
    return detector().judge(Text(title, body, "https://blog.folksy.com/x", on, Origin.OFFICIAL))


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item["id"])
def test_each_text_of_the_corpus_is_understood(item: dict[str, Any]) -> None:
    said = verdict(item)
    assert said["action"] == item["action"]
    if item["label"] == "none":
        return
    assert said["kind"] == item["label"]
    assert said["platform"] == item["platform"]
    found = sorted([each["date"], each["what"]] for each in said["deadlines"])
    assert found == sorted(item["deadlines"])
    if item["successor"]:
        assert said["successor"] == item["successor"]


@pytest.mark.parametrize("item", DATED, ids=lambda item: item["text"][:40])
def test_each_sentence_of_a_closing_letter_means_what_it_says(item: dict[str, Any]) -> None:
    told = judge(CLOSING[item["lang"]], item["text"]).deadlines
    assert sorted([each.iso, each.what.value] for each in told) == item["deadlines"]


def test_the_corpus_shows_every_meaning_of_a_date_in_both_languages() -> None:
    shown = Counter((item["lang"], what) for item in ITEMS for _, what in item["deadlines"])
    assert all(shown[language, what.value] >= 3 for language in ("en", "fr") for what in What)


ROUNDABOUT = (
    ("So far, so good", "On 30 April we put the needles down."),
    ("Jusqu'ici", "Le 30 avril, nous posons les aiguilles."),
    ("Ein leiser Ton", "Am 30. April legen wir die Nadeln aus der Hand."),
    ("Hasta aquí", "El 30 de abril dejamos las agujas sobre la mesa."),
    ("Fin qui", "Il 30 aprile posiamo gli aghi."),
    ("Até aqui", "A 30 de abril pousamos as agulhas."),
    ("Tot hier", "Op 30 april leggen we de naalden neer."),
)


@pytest.mark.parametrize(("title", "body"), ROUNDABOUT, ids=lambda each: each[:20])
def test_a_day_that_a_platform_names_is_read_by_a_moderator(title: str, body: str) -> None:
    judgement = judge(title, body, date(2027, 3, 1))
    (notice,) = judgement.notices
    assert ONLY_DATED == notice.confidence < ALERT_CONFIDENCE
    assert [each.iso for each in notice.deadlines] == ["2027-04-30"]
    assert body in notice.evidence
    assert [signal.quote for signal in judgement.signals] == [body]


@pytest.mark.parametrize(("title", "body"), ROUNDABOUT, ids=lambda each: each[:20])
def test_a_day_that_others_name_a_day_gone_by_or_no_day_is_no_news(title: str, body: str) -> None:
    press = Text(title, body, "https://gazette.example/x", date(2027, 3, 1), Origin.PRESS)
    assert not detector().judge(press).notices
    assert not judge(title, body, date(2027, 5, 20)).notices
    assert not judge(title, body, None).notices


def test_a_letter_is_read_for_its_days_and_a_forum_is_not() -> None:
    said = ("So far, so good", "On 30 April we put the needles down. On 9 April we gave it up.")
    letter = Text(*said, None, date(2027, 3, 1), Origin.COMMUNITY)
    (notice,) = detector().judge(letter).notices
    assert [each.iso for each in notice.deadlines] == ["2027-04-09", "2027-04-30"]
    post = Text(*said, "https://forum.example/1", date(2027, 3, 1), Origin.COMMUNITY)
    assert not detector().judge(post).notices


def test_the_days_of_feasts_fairs_and_offers_are_no_news() -> None:
    for title, body in (
        ("Christmas is coming", "Send your cards on 18 December."),
        ("Meet us", "Our spring workshop is on 3 April."),
        ("Le salon de mai", "Venez nous voir le 8 mai."),
        ("Gewinnspiel", "Schickt uns bis zum 8. Mai ein Bild."),
    ):
        assert not judge(title, body, date(2027, 3, 1)).notices


ADVICE = (
    ("Guide: your shop before Mother's Day", "Review your photos and your prices before April 20."),
    ("Five ways to raise your prices", "Raise your prices by 5% from 1 May and tell your buyers."),
    ("Cinq façons d'augmenter vos prix", "Augmentez vos prix de 5 % à partir du 1er mai."),
    ("Leitfaden für deinen Shop", "Erhöhe deine Preise zum 1. Mai um 5 Prozent."),
    (
        "Guía: prepara tu tienda",
        "Revisa tus fotos, tus precios y tus plazos antes del 20 de abril.",
    ),
    ("Guida per il tuo negozio", "Aumenta i tuoi prezzi del 5 % dal 1° maggio."),
    ("Guia para a sua loja", "Aumente os seus preços em 5 % a partir de 1 de maio."),
    ("Gids voor je winkel", "Verhoog je prijzen vanaf 1 mei met 5%."),
)


@pytest.mark.parametrize(("title", "body"), ADVICE, ids=lambda each: each[:24])
def test_advice_on_the_makers_own_prices_is_never_posted_unseen(title: str, body: str) -> None:
    item = {"id": "a", "title": title, "body": body, "url": "https://blog.folksy.com/tips"}
    said = verdict({**item, "source_kind": "official", "published": "2027-02-03"})
    assert said["action"] != Action.ALERT.value


def test_a_date_that_was_moved_is_gone_wherever_it_stands() -> None:
    told = judge(
        "Folksy closes on 31 August 2027",
        "Folksy will close on 30 September 2027 instead of 31 August 2027.",
    )
    assert [deadline.iso for deadline in told.deadlines] == ["2027-09-30"]


def test_sales_and_site_may_end_on_the_same_day() -> None:
    told = judge("Folksy will close on 31 March 2027", "Sales will end on 31 March 2027.")
    assert {deadline.what for deadline in told.deadlines} == {What.SITE_OFF, What.LAST_SALE}


def test_listings_and_shops_may_freeze_in_one_breath() -> None:
    told = judge("We are closing Folksy", "From today no new listings and no new shops are taken.")
    assert {deadline.what for deadline in told.deadlines} == {
        What.LISTING_FREEZE,
        What.SIGNUP_FREEZE,
    }


def test_a_closure_that_is_called_off_goes_to_the_moderators_without_dates() -> None:
    told = judge("Folksy stays", "Our decision to close Folksy on 31 March 2027 was reversed.")
    assert told.gravest is not None
    assert told.gravest.kind is Kind.CLOSURE
    assert told.gravest.confidence < ALERT_CONFIDENCE
    assert not told.deadlines


def test_evidence_quotes_the_body_before_the_title() -> None:
    told = judge("Folksy is closing", "We are closing Folksy on 31 March 2027.").gravest
    assert told is not None
    assert told.evidence == ("We are closing Folksy on 31 March 2027.", "Folksy is closing")


def test_notices_called_sure_are_announcements() -> None:
    sure = [item for item in ITEMS if verdict(item)["confidence"] >= 0.9]
    assert len(sure) >= 20
    assert sum(item["label"] != "none" for item in sure) >= 0.95 * len(sure)


def test_only_official_texts_alert() -> None:
    for item in ITEMS:
        assert item["source_kind"] == "official" or verdict(item)["action"] != "alert"


def test_evidence_and_quotes_are_verbatim() -> None:
    for item in ITEMS:
        text = f"{item['title']}\n{item['body']}"
        said = verdict(item)
        for quote in [*said["evidence"], *(each["quote"] for each in said["deadlines"])]:
            assert quote in text


def test_a_part_that_ends_is_not_the_platform() -> None:
    part = judge("Etsy is closing Etsy Studio", "Etsy Studio will be closed on 1 March 2027.")
    whole = judge("Etsy is closing", "We are closing Etsy on 1 March 2027.")
    assert part.gravest is not None
    assert whole.gravest is not None
    assert (part.gravest.scope, part.gravest.severity) == (Scope.PART, Severity.IMPORTANT)
    assert (whole.gravest.scope, whole.gravest.severity) == (Scope.PLATFORM, Severity.CRITICAL)


def test_two_events_in_one_text_are_two_notices_the_gravest_first() -> None:
    told = judge(
        "November notes",
        "We are retiring the wholesale tool on 31 January 2027.\n\n"
        "The kettle is new. So is the office dog.\n\n"
        "From 1 March 2027 our commission will increase from 6% to 7%.",
    )
    assert [notice.kind for notice in told.notices] == [Kind.CLOSURE, Kind.POLICY]
    assert [deadline.iso for deadline in told.notices[0].deadlines] == ["2027-01-31"]
    assert [deadline.iso for deadline in told.notices[1].deadlines] == ["2027-03-01"]


def test_the_successor_is_not_the_platform() -> None:
    told = judge("A Little Market is closing", "Sellers can move their shops to Etsy.").gravest
    assert told is not None
    assert (told.platform, told.successor) == ("a-little-market", "Etsy")


def test_short_ambiguous_aliases_need_capitals() -> None:
    told = (
        detector()
        .judge(Text("DW ferme", "DW cesse ses activités le 30 août 2018.", None, date(2018, 7, 1)))
        .gravest
    )
    assert told is not None
    assert told.platform == "dawanda"
    other = (
        detector()
        .judge(Text("Fil ferme", "Le site dw Fil ferme le 30 août 2018.", None, date(2018, 7, 1)))
        .gravest
    )
    assert other is None or other.platform != "dawanda"


def test_what_speaks_against_is_told() -> None:
    told = judge("How to close your Folksy account", "Your shop will be closed.")
    assert not told.notices
    assert any(signal.weight < 0 for signal in told.signals)


def test_another_language_is_recognised_and_not_misread() -> None:
    told = judge("Wir machen Urlaub", "Wir sind bis zum 15. August nicht da und die Post ruht.")
    assert (told.language, told.notices) == ("de", ())


def _wrapped(item: dict[str, Any]) -> dict[str, Any]:
    body = "".join(f"<p>{part}</p>\n" for part in item["body"].split("\n") if part)
    return {**item, "body": f"<!-- x --><div class='a'>{body}</div><script>closing()</script>"}


def _quoted(item: dict[str, Any]) -> dict[str, Any]:
    return _changed(item, lambda text: text.replace("'", "’"))


def _spaced(item: dict[str, Any]) -> dict[str, Any]:
    return _changed(item, lambda text: re.sub(r" ", "  ", text) + "  \n")


def _hard_spaced(item: dict[str, Any]) -> dict[str, Any]:
    return _changed(item, lambda text: re.sub(r"(?<=\d) ", "\u00a0", text))


def _escaped(item: dict[str, Any]) -> dict[str, Any]:
    return _changed(item, lambda text: text.replace("&", "&amp;").replace("é", "&eacute;"))


def _unaccented(item: dict[str, Any]) -> dict[str, Any]:
    table = str.maketrans("éèêëàâçùûîïôÉáíóúñãõìò", "eeeeaacuuiioEaiounaoio")
    return _changed(item, lambda text: text.translate(table))


def _changed(item: dict[str, Any], how: Callable[[str], str]) -> dict[str, Any]:
    return {**item, "title": how(item["title"]), "body": how(item["body"])}


@pytest.mark.parametrize(
    "change", [_wrapped, _quoted, _spaced, _hard_spaced, _escaped, _unaccented]
)
def test_how_a_text_is_set_does_not_change_its_verdict(
    change: Callable[[dict[str, Any]], dict[str, Any]],
) -> None:
    for item in ITEMS:
        before, after = verdict(item), verdict(change(item))
        assert (before["action"], before["kind"]) == (after["action"], after["kind"]), item["id"]
        dates = [[each["date"] for each in said["deadlines"]] for said in (before, after)]
        assert dates[0] == dates[1], item["id"]


def test_a_title_in_capitals_is_read_too() -> None:
    told = judge("FOLKSY IS CLOSING", "We are closing Folksy on 31 March 2027.").gravest
    assert told is not None
    assert told.platform == "folksy"
    assert told.confidence >= ALERT_CONFIDENCE


def test_the_same_text_gets_the_same_judgement() -> None:
    text = Text(ITEMS[0]["title"], ITEMS[0]["body"], None, date(2026, 1, 1))
    assert detector().judge(text) == detector().judge(text)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300), st.text(max_size=600), st.none() | st.dates(), st.text(max_size=50))
def test_any_text_gets_a_judgement(title: str, body: str, on: date | None, address: str) -> None:
    told = detector().judge(Text(title, body, address, on))
    assert all(0 <= notice.confidence <= 1 for notice in told.notices)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_text_cut_off_anywhere_is_judged(data: st.DataObject) -> None:
    item = data.draw(st.sampled_from(ITEMS))
    body = item["body"][: data.draw(st.integers(0, len(item["body"])))]
    said = verdict({**item, "body": body})
    assert item["label"] != "none" or said["action"] != Action.ALERT.value


@pytest.mark.parametrize(
    "piece",
    ["<", "<script ", "<!-- ", "a@", "we are closing ", "1 May ", "&", "A.", "(", ". ", "a\n"],
)
def test_hostile_text_is_cut_to_what_a_reader_would_read(piece: str) -> None:
    found = sentences("We are closing", piece * (150_000 // len(piece)), frozenset())
    assert sum(len(each.text) for each in found) <= LONGEST + len("We are closing")
    assert all(len(each.text) <= LONGEST_SENTENCE for each in found)
    assert judge("We are closing", piece * (150_000 // len(piece))).language


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=400))
def test_folding_keeps_every_character_in_its_place(text: str) -> None:
    assert len(fold_in_place(text)) == len(text)


def test_a_huge_text_is_read_in_part() -> None:
    told = judge("A letter", "x " * 200_000 + "We are closing Folksy on 31 March 2027.")
    assert not told.notices


def test_entries_are_refused_with_what_is_wrong() -> None:
    with pytest.raises(Refused, match=r"check\.refused\.object"):
        read_item(["x"])
    with pytest.raises(Refused, match=r"check\.refused\.text"):
        read_item({"title": 3})
    with pytest.raises(Refused, match=r"check\.refused\.published"):
        read_item({"published": "soon"})
    assert read_item({"published": "2017-07-03T09:00:00Z"}).published_on == date(2017, 7, 3)
