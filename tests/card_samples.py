"""Alerts, and what Discord makes of a card, for the tests of cards. Refuses as Discord does."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from discord import ui

from bot.domain.alerts import Alert, AlertState, Reason, Revision
from bot.domain.incidents import Change, Facts, Link
from bot.domain.notices import Deadline, Kind, Origin, Precision, Scope, Severity, What
from bot.i18n import Texts
from tests.standin import content, schema

TEXTS = Texts.load(Path(__file__).parents[1] / "data" / "locales")
LOCALES = ("en", "fr")
NONCE = "a7.2.1aZ09bY8cX7dW6.0"
TODAY = date(2017, 7, 3)
AT = datetime(2017, 7, 3, 9, 30, tzinfo=UTC)
URL = "https://www.alittlemarket.com/blog/fermeture"
COMPONENTS_V2 = 1 << 15

LISTING_FREEZE = Deadline(
    TODAY, Precision.DAY, What.LISTING_FREEZE, "plus de nouvelle création dès aujourd'hui"
)
LAST_SALE = Deadline(
    date(2017, 8, 31), Precision.DAY, What.LAST_SALE, "les ventes cessent le 31 août 2017"
)
PAYOUT = Deadline(date(2017, 9, 1), Precision.MONTH, What.PAYOUT, "courant septembre")

FACTS = Facts(
    platform="a-little-market",
    platform_name="A Little Market",
    kind=Kind.CLOSURE,
    scope=Scope.PLATFORM,
    severity=Severity.CRITICAL,
    confidence=0.93,
    origin=Origin.OFFICIAL,
    headline="Nous fermons nos portes",
    deadlines=(LISTING_FREEZE, LAST_SALE, PAYOUT),
    successor="Etsy",
    topics=("shutdown",),
    quote="Les ventes cessent le 31 août 2017.",
    links=(Link(URL, "Nous fermons nos portes", Origin.OFFICIAL, TODAY),),
    announced_on=TODAY,
    language="fr",
)
FIRST = Revision(1, Reason.FIRST, AT)


def an_alert(facts: Facts = FACTS, state: AlertState = AlertState.PUBLISHED) -> Alert:
    return Alert(7, 1, state, 2, Reason.FIRST, facts)


def history_of(state: AlertState) -> tuple[Revision, ...]:
    """A plausible history that ends in `state`."""
    later = AT + timedelta(hours=2)
    if state is AlertState.PENDING:
        return (Revision(1, Reason.DOUBTFUL, AT),)
    decided = {
        AlertState.PUBLISHED: Reason.PUBLISHED,
        AlertState.DISMISSED: Reason.DISMISSED,
        AlertState.RETRACTED: Reason.RETRACTED,
    }[state]
    return (FIRST, Revision(2, decided, later, (), 4242, "The *wrong* platform"))


def moved(was: str, now: str) -> Revision:
    change = Change("date_moved", was, now, What.LAST_SALE)
    return Revision(2, Reason.CHANGED, AT + timedelta(days=3), (change,))


def with_origin(origin: Origin, facts: Facts = FACTS) -> Facts:
    links = tuple(replace(link, origin=origin) for link in facts.links)
    return replace(facts, origin=origin, links=links)


def as_sent(view: ui.LayoutView) -> list[dict[str, Any]]:
    """The components as they go to Discord."""
    return list(view.to_components())  # type: ignore[no-untyped-call]


def components(view: ui.LayoutView) -> Iterator[dict[str, Any]]:
    """Every component, however deep."""
    todo = as_sent(view)
    while todo:
        component = todo.pop(0)
        yield component
        inner = [*component.get("components", ()), component.get("accessory")]
        todo = [*(each for each in inner if each), *todo]


def text_of(view: ui.LayoutView) -> str:
    """All that can be read, top to bottom, without the buttons."""
    return "\n".join(each["content"] for each in components(view) if each["type"] == 10)


def buttons(view: ui.LayoutView) -> list[dict[str, Any]]:
    return [each for each in components(view) if each["type"] == 2]


def custom_ids_of(view: ui.LayoutView) -> list[str]:
    return [each["custom_id"] for each in buttons(view) if each.get("custom_id")]


def accepted(view: ui.LayoutView) -> ui.LayoutView:
    """`view`, if Discord's description and its limits let it pass."""
    body = {"components": as_sent(view), "flags": COMPONENTS_V2}
    fault = schema.request_fault("POST /channels/{channel_id}/messages", body)
    assert fault is None, fault
    content.compose(body)
    labels = [each["label"] for each in buttons(view) if each.get("label")]
    assert all(len(label) <= 80 for label in labels)
    assert all(len(each) <= 100 for each in custom_ids_of(view))
    return view


def in_order(text: str, parts: Sequence[str]) -> bool:
    """Whether all `parts` occur, one after the other."""
    places = [text.find(part) for part in parts]
    return -1 not in places and places == sorted(places)
