"""Names of the catalogue that sound like everyday words, or stand in everybody's texts as a way to
pay or to be found, are not taken for what a text is about."""

from pathlib import Path

import pytest

from bot.catalogue.lexicons import load_lexicons
from bot.catalogue.platforms import load_platforms
from bot.catalogue.weights import load_weights
from bot.detection import Detector
from bot.domain.notices import Origin, Text

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector(
        load_lexicons(DATA / "lexicons"),
        load_platforms(DATA / "platforms"),
        load_weights(DATA / "weights"),
    )


def named(detector: Detector, title: str, body: str) -> tuple[str | None, str | None]:
    gravest = detector.judge(Text(title, body, None, None, Origin.PRESS)).gravest
    assert gravest is not None
    return gravest.platform, gravest.platform_name


@pytest.mark.parametrize(
    "aside",
    [
        "Felt hats and felt slippers sold well to the end.",
        "Steady sales were not enough.",
        "Printables made up half of the sales.",
        "Stripe and PayPal pay out until then.",
        "Jane Miller, its founder, thanks all makers.",
        "Follow us on Pinterest and TikTok.",
        "Create a backup of your listings first. Itch to go on? We understand.",
        "Catch up with your open orders, and play fair.",
    ],
)
def test_an_everyday_word_is_no_platform(detector: Detector, aside: str) -> None:
    body = f"Kilnfolk will close on 31 August 2027 and all shops end that day. {aside}"
    assert named(detector, "Kilnfolk is closing", body) == (None, "Kilnfolk")
    assert named(detector, "Kilnfolk is closing", f"{aside} {body}") == (None, "Kilnfolk")


@pytest.mark.parametrize(
    "aside",
    [
        "Faire ses cartons prendra du temps.",
        "Un bol en grès, acheté la veille, sera livré.",
        "Stripe et PayPal verseront les soldes.",
        "Le hic et nunc ne suffit plus.",
    ],
)
def test_an_everyday_word_is_no_platform_in_french(detector: Detector, aside: str) -> None:
    body = f"Kilnfolk fermera ses portes le 31 août 2027 ; les boutiques s’arrêtent. {aside}"
    assert named(detector, "Kilnfolk ferme ses portes", body) == (None, "Kilnfolk")


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Ravelry is closing on 31 August 2027", "ravelry"),
        ("bol.com is closing on 31 August 2027", "bol"),
        ("Rakuten France ferme ses portes le 31 août 2027", "rakuten-fr"),
        ("PriceMinister ferme ses portes le 31 août 2027", "rakuten-fr"),
        ("Big Cartel is closing on 31 August 2027", "big-cartel"),
        ("Un Grand Marché cesse son activité le 31 août 2027", "un-grand-marche"),
    ],
)
def test_a_name_of_the_catalogue_is_still_found(detector: Detector, title: str, slug: str) -> None:
    french = "Toutes les boutiques s’arrêtent ce jour-là."
    body = french if "août" in title else "All shops end that day."
    assert named(detector, title, body)[0] == slug
