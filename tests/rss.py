"""RSS documents for tests, and a few announcements to put into them. All platforms are invented."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from xml.sax.saxutils import escape

from tests.fakes import NOON


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a feed; `guid` None leaves it out."""

    title: str
    body: str
    guid: str | None = None
    link: str = "https://news.kilnfolk.example/1"
    at: datetime | None = NOON

    def but(self, **changes: object) -> "Item":
        """The same with some of it changed."""
        return replace(self, **changes)  # type: ignore[arg-type]


def rss(items: Iterable[Item], title: str = "News") -> str:
    """An RSS 2.0 document."""
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
        f"<title>{title}</title><link>https://news.kilnfolk.example/</link>"
        f"{''.join(map(_item, items))}</channel></rss>"
    )


def _item(item: Item) -> str:
    guid = f'<guid isPermaLink="false">{escape(item.guid)}</guid>' if item.guid else ""
    at = f"<pubDate>{format_datetime(item.at)}</pubDate>" if item.at else ""
    return (
        f"<item>{guid}<title>{escape(item.title)}</title><link>{escape(item.link)}</link>"
        f"<description>{escape(item.body)}</description>{at}</item>"
    )


NOTHING = Item(
    "Ten ideas for spring",
    "Our favourite glazes of the season, chosen by our team.",
    guid="spring",
    link="https://news.kilnfolk.example/spring",
    at=NOON - timedelta(days=2),
)

CLOSURE = Item(
    "Kilnfolk is closing",
    "Dear sellers, Kilnfolk will close for good on 31 May 2026. New listings are closed from "
    "today. Sales end on 30 April 2026. You can export your data until 15 June 2026.",
    guid="closing",
    link="https://news.kilnfolk.example/closing",
)

MOVED = CLOSURE.but(
    body=CLOSURE.body.replace("31 May 2026", "30 September 2026"),
)

PRESS = Item(
    "Kilnfolk to shut down, sellers told",
    "The marketplace Kilnfolk will shut down on 31 May 2026, its owner said.",
    guid="press",
    link="https://paper.example/kilnfolk",
)

HOLIDAY = Item(
    "Holiday closure",
    "The Kilnfolk office is closed for Easter from Friday 3 April until Monday 6 April. "
    "Shops keep selling and payouts are made as usual.",
    guid="holiday",
    link="https://news.kilnfolk.example/holiday",
)

SHOP_HOLIDAY = Item(
    "Summer break",
    "Our shop will be closed from 2 to 16 August. Orders placed then are posted after the break.",
    guid="break",
    link="https://news.kilnfolk.example/break",
)

FEES = Item(
    "Kilnfolk: changes to our fees",
    "From 1 May 2026 Kilnfolk will raise its transaction fee from 5% to 8% for all sellers.",
    guid="fees",
    link="https://news.kilnfolk.example/fees",
)

LETTER = (
    "Kilnfolk ferme ses portes\n\nChers créateurs, nous avons le regret de vous annoncer que "
    "Kilnfolk fermera définitivement le 31 mai 2026. Dès aujourd’hui, il n’est plus possible de "
    "mettre en ligne de nouvelles créations. Les ventes prendront fin le 30 avril 2026.\n\n"
    "L’équipe Kilnfolk"
)
