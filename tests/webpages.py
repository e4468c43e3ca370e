"""Web pages for tests: a page with terms or fees, a list of news, and what stands in their way.
All texts are our own."""

from collections.abc import Iterable, Sequence

FEES = (
    "When you sell an item on Kilnfolk, you pay a transaction fee of 6.5 % of the total order.",
    "A listing costs 0.20 EUR and lasts for four months, or until the item is sold.",
    "Payment processing costs 4 % plus 0.30 EUR for each order that is paid by card.",
    "Payouts are made three days after an order was delivered, to the account that you named.",
    "We may change these fees; we write to every seller at least thirty days before we do.",
)
"""What a page about fees says."""

HTML = "text/html; charset=utf-8"


def page(
    sentences: Sequence[str] = FEES,
    title: str = "Fees and payments",
    *,
    language: str = "en",
    chrome: str = "",
    head: str = "",
) -> str:
    """A page with a menu and a footer around what it says. `chrome` stands in the footer."""
    body = "".join(f"<p>{sentence}</p>" for sentence in sentences)
    return (
        f"<!doctype html><html lang='{language}'><head><title>{title}</title>{head}</head><body>"
        "<nav><a href='/'>Home</a> <a href='/shop'>Shop</a> <a href='/sell'>Sell with us</a></nav>"
        f"<main><h1>{title}</h1>{body}</main>"
        f"<footer><p>Made by makers, for makers. {chrome}</p></footer></body></html>"
    )


def news(items: Iterable[tuple[str, str, str]], title: str = "News for sellers") -> str:
    """A page that lists news: path, title and ISO date of each."""
    listed = "".join(
        f"<article class='card'><h2><a href='{path}'>{said}</a></h2>"
        f"<time datetime='{on}'>{on}</time> <a href='{path}'>Read more</a></article>"
        for path, said, on in items
    )
    return (
        f"<!doctype html><html lang='en'><head><title>{title}</title></head><body>"
        "<nav><a href='/'>Home of the market</a> <a href='/about'>About the people here</a></nav>"
        f"<main><h1>{title}</h1>{listed}</main></body></html>"
    )
