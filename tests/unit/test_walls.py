"""No wall is ever taken for a page, and no honest page for a wall."""

import pytest

from bot.domain.pages import Selectors
from bot.errors import SourceFault
from bot.ingest.pages import read_page
from tests.walls import walls
from tests.webpages import FEES, page

URL = "https://kilnfolk.example/fees"


@pytest.fixture(scope="module")
def taken() -> dict[str, str]:
    """What each wall is taken for: the key of the fault, else the text that was read."""
    found = {}
    for each in walls():
        try:
            read = read_page(each.html.encode(), "text/html; charset=utf-8", URL, Selectors())
            found[each.name] = read.page.text
        except SourceFault as refused:
            found[each.name] = refused.key
    return found


def test_there_are_a_thousand_and_each_is_refused(taken: dict[str, str]) -> None:
    assert len(taken) >= 1000
    read = {name: said for name, said in taken.items() if not said.startswith("source.page.")}
    assert read == {}


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("challenge", "source.page.challenge"),
        ("consent", "source.page.consent"),
        ("login", "source.page.login"),
        ("error", "source.page.error"),
        ("maintenance", "source.page.maintenance"),
        ("blank", "source.page.short"),
    ],
)
def test_most_are_called_what_they_are(taken: dict[str, str], kind: str, expected: str) -> None:
    found = [said for name, said in taken.items() if name.startswith(kind)]
    assert found.count(expected) >= 0.9 * len(found), sorted(set(found))


HONEST = {
    "mentions maintenance": [
        *FEES,
        "During scheduled maintenance, which we announce in time, the shop may not be reached.",
    ],
    "mentions errors": [
        *FEES,
        "If something went wrong with an order, please try again later or write to us.",
        "A listing that could not be found has been removed, or was sold.",
    ],
    "mentions cookies": [
        *FEES,
        "We use cookies to keep you logged in. You can accept all cookies or reject cookies.",
        "Your privacy choices are kept for a year and can be changed at any time you like.",
    ] * 2,
    "mentions passwords": [
        *FEES,
        "To log in to your account you need your password. Forgot your password? Ask for a link.",
    ],
    "mentions humans": [*FEES, "We may ask you for a captcha to see that you are no machine."],
}  # fmt: skip


@pytest.mark.parametrize("name", HONEST)
def test_a_page_that_speaks_of_such_things_is_a_page(name: str) -> None:
    rules = (f"Rule {n} says how orders of kind {n} are sent and paid." for n in range(30))
    long = [*HONEST[name], *rules]
    html = page(long, "Terms of the market").encode()
    read = read_page(html, "text/html; charset=utf-8", URL, Selectors())
    assert FEES[0] in read.page.text
