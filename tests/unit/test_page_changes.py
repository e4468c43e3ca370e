"""What a page that changed announces, as the detector judges it with its comparison."""

from datetime import date

from bot.domain.notices import Judgement, Kind, Origin, Text
from bot.domain.pages import compare
from bot.domain.policy import ALERT_CONFIDENCE
from tests.unit.test_detection import detector

REST = "\n".join(f"Paragraph {n} says what happens to orders of kind {n}." for n in range(10))
ON = date(2027, 2, 1)


def changed(before: str, after: str) -> Judgement:
    """What is made of a sentence of Etsy's page of fees that became another one."""
    found = compare(f"{REST}\n{before}", f"{REST}\n{after}", date(2027, 1, 5))
    assert found is not None
    body = "".join(f"<p>{each}</p>" for each in found.added)
    url = "https://www.etsy.com/legal/fees"
    return detector().judge(Text("Fees", body, url, ON, Origin.OFFICIAL, found))


def test_a_fee_that_moved_is_sure_and_the_wholes_though_its_parts_speak_there_too() -> None:
    (notice,) = changed(
        "The fee on each sale of yours: 6.5 %.", "The fee on each sale of yours: 7.2 %."
    ).notices
    assert (notice.kind, notice.platform) == (Kind.POLICY, "etsy")
    assert notice.confidence >= ALERT_CONFIDENCE


def test_a_fee_that_moved_is_as_sure_where_a_day_ahead_stands_beside_it() -> None:
    (notice,) = changed(
        "Seller fees: 6.5 % until 31 December 2026.", "Seller fees: 7.2 % until 31 December 2027."
    ).notices
    assert notice.confidence >= ALERT_CONFIDENCE


def test_another_word_beside_a_day_ahead_is_no_news() -> None:
    judgement = changed(
        "Our help team answers you until 31 December 2027.",
        "Our help team replies to you until 31 December 2027.",
    )
    assert not judgement.notices
